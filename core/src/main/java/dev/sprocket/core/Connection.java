package dev.sprocket.core;

import java.net.SocketAddress;

/**
 * One peer, as a component sees it: something to send to and to close.
 *
 * <p>A level hands out the same object for the same connection every time, so it may be kept in a set. What else can be
 * done with a connection is the static type of the protocol ({@code WsConnection}, {@code WampConnection}, …); what else
 * is known of it is read through the owner of the fact ({@code HttpRequest.of(conn)}).
 *
 * <p>Threads: every method may be called from any thread.
 */
public interface Connection {
    /**
     * Queues a message. It leaves at the end of the current turn of the connection's event loop, together with
     * everything else that is queued by then.
     *
     * @return false if the message will not be sent: the connection is closed, or its peer reads so slowly that the
     *     message was dropped at once ({@link OutboundLimit})
     */
    boolean send(Message message);

    /** Queues a text message, as {@link #send(Message)}. */
    default boolean send(String text) {
        return send(Message.text(text));
    }

    /** Sends what is queued, then closes. Messages that arrive from now on are not delivered. */
    void close();

    /** Whether messages can still be sent: false from the first {@link #close()}, or from when the peer left. */
    boolean isOpen();

    /**
     * Whether the peer keeps up: false while more than 64 KiB wait for it to read them, and once closed. Whoever has much
     * to send stops here and goes on when {@link #onWritable} says so.
     */
    default boolean isWritable() {
        return isOpen();
    }

    /**
     * Runs a task once, as soon as {@link #isWritable()}: soon, if it is now; never, if the connection closes before. It
     * runs on the connection's event loop, and should ask {@link #isWritable()} again, since others may have been quicker.
     */
    default void onWritable(Runnable task) {
        task.run();
    }

    /** The peer's address. */
    SocketAddress remoteAddress();

    /** The address at this side. */
    SocketAddress localAddress();

    /** What layers below know of this connection; read and written through {@link AttributeKey}. */
    Attributes attributes();
}
