package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/** Reports whether a part of the server works. Does not block. */
@ThreadSafe
@FunctionalInterface
public interface HealthCheck {
    /** Whether this part works; false while it repairs itself, when {@code /ready} answers 503. */
    boolean isHealthy();
}
