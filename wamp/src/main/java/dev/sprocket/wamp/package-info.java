/**
 * WAMP, the Web Application Messaging Protocol: topics and calls over WebSocket.
 *
 * <p>Where to start reading: {@link dev.sprocket.wamp.WampComponent} is what you write, or methods for {@link
 * dev.sprocket.wamp.WampMethods}, or a {@link dev.sprocket.wamp.WampCommandComponent}. {@link dev.sprocket.wamp.WampServer} is the layer that serves it: {@link
 * dev.sprocket.wamp.WampProtocol}, which can be used alone, and topics on top; {@link dev.sprocket.wamp.Realm} is what clients
 * of WAMP v2 join. Inside, {@code Broker} keeps topics, for both generations. Of WAMP v1, {@code V1Session} is one connection and
 * {@code V1} the wire. Of v2:
 *
 * <ul>
 *   <li>{@code V2Session} is one connection: {@code V2Handshake} until it has joined, {@code V2RequestHandler} from then on;
 *   <li>{@link dev.sprocket.wamp.CredentialAuthenticator} decides as whom it joins, by one {@link dev.sprocket.wamp.AuthResult} after another;
 *   <li>{@code V2Message} is what can be said, {@code V2Codec} how it is written, in any {@link
 *       dev.sprocket.wamp.spi.Serializer}; {@code Arguments} is a payload, which stays bytes;
 *   <li>{@code Dealer} knows who has registered what; {@code PendingInvocations} and {@code V2Invocation} are calls under way;
 *   <li>{@code V2Subscriptions} has the ids under which clients know topics, {@code V2EventEncoder} what events look like to them.
 * </ul>
 */
@NullMarked
package dev.sprocket.wamp;

import org.jspecify.annotations.NullMarked;
