package dev.sprocket.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;

/**
 * Connection for one request, open until the response is sent.
 *
 * <p>After an upgrade it stays open as long as the socket.
 *
 * <p>{@link HttpRequest#of} returns the request, including its body, from {@code onOpen} on. {@code onMessage} is
 * called only after an upgrade, with bytes of the new protocol.
 *
 * <p>{@link #send} depends on the state. Before a response it responds with 200 and the message as body; during a
 * streamed response it sends the next part of the body; after an upgrade it sends bytes.
 *
 * <p>{@link #close} ends a streamed body, so that the socket can serve the next request. In any other state it closes
 * the socket.
 *
 * <p>If several responses are given, the first is sent and the others are ignored.
 */
@ThreadSafe
public interface HttpConnection extends Connection {
    /**
     * Responds to the request.
     *
     * <p>A response with status 400 or above is logged with its reason, and closes the socket.
     *
     * @return false if the request was answered before, or the peer has disconnected
     */
    @CanIgnoreReturnValue
    boolean respond(HttpResponse response);

    /**
     * Begins a response whose body follows by {@link #send}, until {@link #close}.
     *
     * <p>If the head has a {@code Content-Length}, the body must have exactly this length, or the socket is closed.
     * Otherwise the body may have any length. If the component fails before the end, the response is cut off, so that
     * the client notices.
     *
     * <p>The body of {@code head} is ignored. Where no body may follow (response to HEAD, 204, 304) the head is the
     * whole response, and the connection is closed when this method returns.
     *
     * @return false if the request was answered before, or the peer has disconnected
     * @throws IllegalArgumentException if the {@code Content-Length} is not a number
     */
    @CanIgnoreReturnValue
    boolean stream(HttpResponse head);

    /**
     * Switches to another protocol (RFC 9110 7.8): sends a 101, then passes bytes to {@code onMessage}.
     *
     * @return false if the request was answered before, or the peer has disconnected
     */
    @CanIgnoreReturnValue
    boolean upgrade(HttpResponse switchingProtocols);

    /**
     * Adds a header to the response, whichever component gives it.
     *
     * <p>A lower layer can set a cookie this way. Throws {@link IllegalArgumentException} if the name or value is
     * invalid, see {@link HttpResponse#header(String, String)}.
     */
    void addHeader(String name, String value);
}
