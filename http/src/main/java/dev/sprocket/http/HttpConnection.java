package dev.sprocket.http;

import dev.sprocket.core.Connection;

/**
 * One request, until it is answered; or for as long as the socket lives, if it is upgraded to another protocol.
 * {@link HttpRequest#of} has the request, body and all, from {@code onOpen} on. {@code onMessage} is called only after
 * an upgrade, with the bytes of the new protocol.
 *
 * <p>{@link #send} before an answer is the answer: 200 with the message as its body. After an upgrade it sends bytes.
 *
 * <p>Threads: any; of several answers the first one counts.
 */
public interface HttpConnection extends Connection {
    /**
     * Answers. An answer of 400 and above closes the socket afterwards, and is logged with its reason.
     *
     * @return false if the request was answered before, or the peer has left
     */
    boolean respond(HttpResponse response);

    /**
     * Leaves HTTP (RFC 9110 7.8): sends a 101 and hands the bytes that follow it to {@code onMessage}.
     *
     * @return false if the request was answered before, or the peer has left
     */
    boolean upgrade(HttpResponse switchingProtocols);
}
