package dev.sprocket.core;

import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.thread.SingleThreaded;

/**
 * Building block of a server: notified when connections open, close and fail.
 *
 * <p>Callbacks of one connection never overlap. Callbacks of different connections may run concurrently, unless the
 * stack runs on {@link EventLoops#single()} or the component is wrapped in {@link SingleThreaded}.
 *
 * @param <C> required connection type; the more general it is, the more stacks the component fits
 */
public interface Component<C extends Connection> {
    /** Called when the connection opens. The first callback of each connection. */
    default void onOpen(C conn) throws Exception {}

    /** Called when the connection is closed. The last callback of each opened connection, called exactly once. */
    default void onClose(C conn) throws Exception {}

    /**
     * Called when another callback of this component threw.
     *
     * <p>If this does not close the connection, the layer below closes it as failed (1011 under WebSocket, RFC 6455
     * 7.4.1); an exception of this method is logged. By default, throws the cause, so that every failure is logged.
     */
    default void onError(C conn, Throwable cause) throws Exception {
        if (cause instanceof Exception e) {
            throw e;
        }
        throw new IllegalStateException(cause);
    }
}
