package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import java.util.concurrent.Executor;

/**
 * Executor on which the callbacks of a connection run.
 *
 * <p>This is the event loop, or the executor of a layer such as {@link dev.sprocket.core.thread.ExecuteOn}. A layer
 * that continues asynchronously continues on it.
 */
@ThreadSafe
public final class CallbackExecutor {
    private static final AttributeKey<Binding> KEY =
            AttributeKey.of("callback executor", "was CallbackExecutor.set called?");

    /**
     * Executor with the connection that it was set for. Connections of layers above inherit the attribute, but their
     * callbacks run on the event loop again.
     */
    private record Binding(Connection conn, Executor executor) {}

    private CallbackExecutor() {}

    /** Sets the executor of the callbacks above this layer. It must run one callback of the connection at a time. */
    public static void set(Connection conn, Executor executor) {
        KEY.set(conn, new Binding(conn, executor));
    }

    /** Runs a task like a callback of the component above: immediately or soon. */
    @SuppressWarnings("ReferenceEquality") // a layer always passes the same connection
    public static void run(Connection conn, Runnable task) {
        Binding binding = KEY.find(conn).orElse(null);
        if (binding != null && binding.conn == conn) {
            binding.executor.execute(task);
        } else {
            PipelineContext.find(conn).ifPresentOrElse(context -> context.onLoop(task), task);
        }
    }
}
