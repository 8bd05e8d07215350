package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;

/**
 * One request, until it is answered; or for as long as the socket lives, if it is upgraded to another protocol.
 * {@link HttpRequest#of} has the request, body and all, from {@code onOpen} on. {@code onMessage} is called only after
 * an upgrade, with the bytes of the new protocol.
 *
 * <p>{@link #send} before an answer is the answer: 200 with the message as its body. While an answer is streamed it sends
 * the next part of its body, after an upgrade it sends bytes.
 *
 * <p>{@link #close} ends a body that is streamed, so that the socket can serve the next request; in any other state it
 * closes the socket.
 *
 * <p>Of several answers the first one counts.
 */
@ThreadSafe
public interface HttpConnection extends Connection {
    /**
     * Answers. An answer of 400 and above closes the socket afterwards, and is logged with its reason.
     *
     * @return false if the request was answered before, or the peer has left
     */
    boolean respond(HttpResponse response);

    /**
     * Begins an answer whose body follows by {@link #send}, until {@link #close}. If the head has a {@code Content-Length}
     * the body must be exactly that long, and the socket is closed if it is not; otherwise it may have any length. What a
     * failing component leaves unfinished is cut off, so that the client notices.
     *
     * <p>The body of {@code head} is left aside. Where no body may follow (an answer to HEAD, 204, 304) the head is the
     * whole answer, and the connection is not open any more when this returns.
     *
     * @return false if the request was answered before, or the peer has left
     * @throws IllegalArgumentException if its {@code Content-Length} is no number
     */
    boolean stream(HttpResponse head);

    /**
     * Leaves HTTP (RFC 9110 7.8): sends a 101 and hands the bytes that follow it to {@code onMessage}.
     *
     * @return false if the request was answered before, or the peer has left
     */
    boolean upgrade(HttpResponse switchingProtocols);

    /**
     * Adds a header to the answer, whoever gives it and whatever it is: how a layer below leaves a cookie. Throws {@link
     * IllegalArgumentException} as {@link HttpResponse#header(String, String)} does.
     */
    void addHeader(String name, String value);
}
