package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Function that wraps an inner component into an outer one, such as {@code WsServer::new}.
 *
 * @param <O> type of the outer component
 * @param <I> type of the inner component
 */
@ThreadSafe
@FunctionalInterface
public interface Layer<O, I> {
    /** Wraps a component. */
    O around(I inner);

    /** Composes this layer with the next inner one. {@code http.through(ws).around(app)} is {@code http(ws(app))}. */
    default <J> Layer<O, J> through(Layer<? extends I, ? super J> next) {
        return inner -> around(next.around(inner));
    }
}
