package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * A layer as a value: makes the outer component around an inner one. {@code WsServer::new} is a layer.
 *
 * @param <O> what it makes
 * @param <I> what it wraps
 */
@ThreadSafe
@FunctionalInterface
public interface Layer<O, I> {
    /** Wraps. */
    O around(I inner);

    /** This layer around the next one: {@code http.through(ws).around(app)} is {@code http(ws(app))}. */
    default <J> Layer<O, J> through(Layer<? extends I, ? super J> next) {
        return inner -> around(next.around(inner));
    }
}
