/**
 * WebSocket (RFC 6455) as a layer over HTTP.
 *
 * <p>Entry points: {@link dev.sprocket.websocket.WsServer} is the layer, {@link dev.sprocket.websocket.WsConnection}
 * the connection that it passes to the application. Internally, {@code Handshake} answers the upgrade request, {@code
 * FrameDecoder} parses frames, {@code WsHandler} holds the state of one connection, and {@code FrameWriter} writes
 * frames. {@link dev.sprocket.websocket.Deflate} configures compression: {@code NegotiatedCompression} is the result of
 * the negotiation, {@code MessageInflater} decompresses, {@code DeflateEncoder} compresses.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.websocket;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
