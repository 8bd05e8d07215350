/**
 * WebSocket (RFC 6455) as a layer over HTTP.
 *
 * <p>Where to start reading: {@link dev.sprocket.websocket.WsServer} is the layer, {@link
 * dev.sprocket.websocket.WsConnection} what it hands on. Inside, {@code Handshake} answers the upgrade, {@code
 * FrameDecoder} takes the bytes apart, {@code WsHandler} is the state of one connection, {@code FrameWriter} its way out. {@link
 * dev.sprocket.websocket.Deflate} is where compression begins: {@code Compression} is what was agreed, {@code Inflation} the
 * way in, {@code DeflateEncoder} the way out.
 */
@NullMarked
package dev.sprocket.websocket;

import org.jspecify.annotations.NullMarked;
