package dev.sprocket.core;

/**
 * One brick of a server: is told when connections open, close and fail.
 *
 * <p>Threads: the callbacks of one connection never overlap. Those of different connections may run at the same time,
 * unless the stack runs on {@link EventLoops#single()} or the component is wrapped in {@link SingleThreaded}.
 *
 * @param <C> what the component can do with a connection; ask for as little as you need, and it fits more stacks
 */
public interface Component<C extends Connection> {
    /** The connection is there; the first callback of each connection. */
    default void onOpen(C conn) throws Exception {}

    /** The connection is gone; the last callback of each connection that was opened, and called exactly once. */
    default void onClose(C conn) throws Exception {}

    /**
     * Another callback of this component threw. When this returns and has not closed the connection, the level below
     * closes it as failed (1011 under WebSocket, RFC 6455 7.4.1); what this method throws is logged. Unless overridden,
     * it throws the cause, so that nothing fails in silence.
     */
    default void onError(C conn, Throwable cause) throws Exception {
        if (cause instanceof Exception e) {
            throw e;
        }
        throw new IllegalStateException(cause);
    }
}
