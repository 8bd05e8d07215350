package dev.sprocket.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.flow.OutboundLimit;
import java.net.SocketAddress;

/**
 * Connection to a peer, which can be sent messages and closed.
 *
 * <p>A layer passes the same object for the same connection every time, so it may be stored in a set. Additional
 * operations are in the connection type of the protocol ({@code WsConnection}, {@code WampConnection}, …); additional
 * attributes are read through the type that owns them ({@code HttpRequest.of(conn)}).
 *
 * <p>All methods may be called from any thread.
 */
public interface Connection {
    /**
     * Queues a message. It is sent at the end of the current event loop iteration, together with all messages queued by
     * then.
     *
     * @return false if the message will not be sent: the connection is closed, or its peer reads so slowly that the
     *     message was dropped immediately ({@link OutboundLimit})
     */
    @CanIgnoreReturnValue
    boolean send(Message message);

    /**
     * Queues a text message.
     *
     * @return false if it will not be sent, as for {@link #send(Message)}
     */
    @CanIgnoreReturnValue
    default boolean send(String text) {
        return send(Message.text(text));
    }

    /** Sends the queued messages, then closes the connection. Messages that arrive later are not delivered. */
    void close();

    /**
     * Closes the connection, and reports the reason to the peer if the protocol can.
     *
     * <p>For example, a {@link CloseReason.Rejection} is a close code under WebSocket and a status under HTTP.
     */
    default void close(CloseReason reason) {
        close();
    }

    /**
     * Reports whether messages can still be sent. False after the first {@link #close()} or after the peer
     * disconnected.
     */
    boolean isOpen();

    /**
     * Reports whether the peer reads fast enough. False while more than 64 KiB are pending, and after the close.
     * Senders of large amounts stop here and continue in {@link #onWritable}.
     */
    default boolean isWritable() {
        return isOpen();
    }

    /**
     * Runs a task once, as soon as {@link #isWritable()}.
     *
     * <p>If the connection is writable now, the task runs soon; if it closes first, the task never runs. The task runs
     * on the connection's event loop and should check {@link #isWritable()} again, because other senders may have run
     * before it.
     */
    default void onWritable(Runnable task) {
        task.run();
    }

    /** Returns the address of the peer. */
    SocketAddress remoteAddress();

    /** Returns the local address. */
    SocketAddress localAddress();

    /** Returns the attributes set by the layers below; accessed through {@link AttributeKey}. */
    Attributes attributes();
}
