package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import java.util.concurrent.Executor;

/**
 * Where the callbacks of a connection are called: on its event loop, or where a layer such as {@code Offload} calls them. A layer
 * that goes on later, when somebody else has answered, goes on there.
 */
@ThreadSafe
public final class CallbackExecutor {
    private static final AttributeKey<Place> KEY = AttributeKey.of("place of callbacks", "is it stated?");

    /** Layers above that do not pass on this connection, but one of their own, are back on the event loop. */
    private record Place(Connection conn, Executor executor) {}

    private CallbackExecutor() {}

    /** States that what is above this level is called by an executor, one callback of the connection at a time. */
    public static void set(Connection conn, Executor executor) {
        KEY.set(conn, new Place(conn, executor));
    }

    /** Runs a task as if it were a callback of the component above: at once if this is the place, or soon. */
    @SuppressWarnings("ReferenceEquality") // a level always passes the same connection
    public static void run(Connection conn, Runnable task) {
        Place place = KEY.peek(conn);
        if (place != null && place.conn == conn) {
            place.executor.execute(task);
        } else {
            PipelineContext.find(conn).ifPresentOrElse(segment -> segment.onLoop(task), task);
        }
    }
}
