package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;

/** Reports whether a part of the server works. Implementations do not block. */
@ThreadSafe
@FunctionalInterface
public interface HealthCheck {
    /** Reports whether this part works. False while it recovers; {@code /ready} then answers 503. */
    boolean isHealthy();
}
