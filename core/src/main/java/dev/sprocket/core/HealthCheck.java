package dev.sprocket.core;

/** Reports whether a part of the server works. Threads: any; does not block. */
@FunctionalInterface
public interface HealthCheck {
    /** Whether this part works; false while it repairs itself, when {@code /ready} answers 503. */
    boolean isHealthy();
}
