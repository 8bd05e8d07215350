/**
 * WAMP, the Web Application Messaging Protocol: topics and calls over WebSocket.
 *
 * <p>Where to start reading: {@link dev.sprocket.wamp.WampComponent} is what you write, {@link
 * dev.sprocket.wamp.WampServer} the layer that serves it. Inside, {@code WampSession} is one connection and {@code V1}
 * the wire of WAMP v1.
 */
@NullMarked
package dev.sprocket.wamp;

import org.jspecify.annotations.NullMarked;
