package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells once that Redis answers but refuses events, and once that it accepts them again. */
@ThreadSafe
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(RedisEngine.class);

    private volatile String cause = "";
    private long refused;

    /** Called for each event that was stored. */
    void onAccepted(Object server) {
        if (!cause.isEmpty()) {
            accepted(server);
        }
    }

    private synchronized void accepted(Object server) {
        if (!cause.isEmpty()) {
            LOG.info("Redis accepts events again: server=\"{}\" refused={}", server, refused);
            cause = "";
            refused = 0;
        }
    }

    /** Called for each event that Redis has answered with an error. */
    synchronized void onRefused(Object server, String problem) {
        refused++;
        if (cause.isEmpty()) {
            cause = problem;
            LOG.warn(
                    "Redis refuses events, publishers are told: server=\"{}\" cause=\"{}\" (check Redis)",
                    server,
                    problem);
        }
    }
}
