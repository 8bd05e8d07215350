/**
 * WebSocket (RFC 6455) as a layer over HTTP.
 *
 * <p>Where to start reading: {@link dev.sprocket.websocket.WsServer} is the layer, {@link
 * dev.sprocket.websocket.WsConnection} what it hands on. Inside, {@code Handshake} answers the upgrade, {@code
 * FrameDecoder} takes the bytes apart, {@code WsHandler} is the state of one connection.
 */
@NullMarked
package dev.sprocket.websocket;

import org.jspecify.annotations.NullMarked;
