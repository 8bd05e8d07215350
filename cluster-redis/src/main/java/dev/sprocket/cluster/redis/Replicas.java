package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that must confirm an event before its publisher is told that it is stored.
 *
 * @param count number of replicas
 * @param timeoutMillis longest time to wait for them
 */
@Immutable
record Replicas(int count, long timeoutMillis) {
    /** Returns why a number of confirmations is not enough; null if it is. */
    @Nullable
    UnavailableException problem(long confirmed) {
        return confirmed >= count
                ? null
                : new UnavailableException("event stored, but " + confirmed + " of " + count
                        + " replicas have confirmed it within " + timeoutMillis
                        + " ms; it is delivered, but a failover may lose it");
    }
}
