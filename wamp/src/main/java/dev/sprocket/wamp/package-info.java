/**
 * WAMP, the Web Application Messaging Protocol: topics and calls over WebSocket.
 *
 * <p>Applications implement {@link dev.sprocket.wamp.WampComponent}, annotate methods for {@link
 * dev.sprocket.wamp.WampMethods}, or implement {@link dev.sprocket.wamp.WampCommandComponent}. {@link
 * dev.sprocket.wamp.WampServer} serves them. It consists of {@link dev.sprocket.wamp.WampProtocol}, which can be
 * used alone, and the topics. {@link dev.sprocket.wamp.Realm} is the namespace that clients of WAMP v2 join.
 * Internally, {@code Broker} keeps the subscriptions of both versions. For WAMP v1, {@code V1Session} is a
 * connection, and {@code V1Messages} encodes messages. For v2:
 *
 * <ul>
 *   <li>{@code V2Session} is a connection: {@code V2Handshake} until it has joined, {@code V2RequestHandler}
 *       afterwards;
 *   <li>{@link dev.sprocket.wamp.CredentialAuthenticator} determines its identity, in one or more {@link
 *       dev.sprocket.wamp.AuthResult} steps;
 *   <li>{@code V2Message} is a message, {@code V2Codec} encodes it with a {@link dev.sprocket.wamp.spi.Serializer};
 *       {@code CallArguments} is a payload, which stays encoded;
 *   <li>{@code Dealer} keeps the registrations; {@code PendingInvocations} and {@code V2Invocation} are unanswered
 *       calls;
 *   <li>{@code V2Subscriptions} keeps the subscription ids, {@code V2EventEncoder} encodes events.
 * </ul>
 */
@NullMarked
package dev.sprocket.wamp;

import org.jspecify.annotations.NullMarked;
