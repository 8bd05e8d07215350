/**
 * WAMP, the Web Application Messaging Protocol: topics and calls over WebSocket.
 *
 * <p>Applications implement {@link dev.sprocket.wamp.WampComponent} or annotate methods for {@link
 * dev.sprocket.wamp.annotation.WampMethods}. {@link dev.sprocket.wamp.server.WampServer} serves them in one or more
 * {@linkplain dev.sprocket.wamp.server.Realm realms}.
 *
 * <ul>
 *   <li>{@code dev.sprocket.wamp.auth} authenticates clients; an authorizer decides what
 *       they may do;
 *   <li>{@code dev.sprocket.wamp.rawsocket} is the transport without HTTP;
 *   <li>{@code dev.sprocket.wamp.spi} is the interface of serializers.
 * </ul>
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
