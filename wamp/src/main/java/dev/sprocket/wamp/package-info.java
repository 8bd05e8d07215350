/**
 * WAMP, the Web Application Messaging Protocol: topics and calls over WebSocket.
 *
 * <p>Where to start reading: {@link dev.sprocket.wamp.WampComponent} is what you write, or methods for {@link
 * dev.sprocket.wamp.WampMethods}, or a {@link dev.sprocket.wamp.WampCommandComponent}. {@link dev.sprocket.wamp.WampServer} is the layer that serves it: {@link
 * dev.sprocket.wamp.WampProtocol}, which can be used alone, and topics on top. Inside, {@code V1Session} is one connection,
 * {@code V1} the wire of WAMP v1 and {@code Broker} what keeps topics.
 */
@NullMarked
package dev.sprocket.wamp;

import org.jspecify.annotations.NullMarked;
