package dev.sprocket.cluster.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warnings about the configuration of a Redis, each given once.
 *
 * <p>Nothing is warned of if the user may not read the configuration.
 */
final class ServerChecks {
    private static final Logger LOG = LoggerFactory.getLogger(RedisEngine.class);

    private final boolean hasSentinel;
    private final Object server;
    private final Set<String> warned = new HashSet<>();

    /**
     * Creates checks.
     *
     * @param hasSentinel true if the server may be replaced by a replica
     * @param server text of the server in the warnings
     */
    ServerChecks(boolean hasSentinel, Object server) {
        this.hasSentinel = hasSentinel;
        this.server = server;
    }

    /** Reads the configuration, and warns. */
    void warn(RedisAsyncCommands<byte[], byte[]> redis, boolean hasReplicas) {
        read(redis, "client-output-buffer-limit", this::checkPubSub);
        if (hasReplicas || hasSentinel) {
            read(redis, "min-replicas-to-write", this::checkReplicas);
        }
        var unused = redis.configGet("maxmemory")
                .thenAccept(limit -> {
                    if (!limit.getOrDefault("maxmemory", "0").equals("0")) {
                        read(redis, "maxmemory-policy", this::checkEviction);
                    }
                })
                .exceptionally(ServerChecks::ignore);
    }

    private void read(RedisAsyncCommands<byte[], byte[]> redis, String key, Consumer<String> check) {
        var unused = redis.configGet(key)
                .thenAccept((Map<String, String> values) -> check.accept(values.getOrDefault(key, "")))
                .exceptionally(ServerChecks::ignore);
    }

    private static Void ignore(Throwable forbidden) {
        LOG.debug("configuration of Redis not read: cause=\"{}\"", forbidden.getMessage());
        return null;
    }

    /** Reports whether a warning is due. */
    private synchronized boolean isNew(String text) {
        return warned.add(text);
    }

    private void checkPubSub(String limits) {
        Long small = ServerReport.smallPubSubLimit(limits);
        if (small != null && isNew("pubsub " + small)) {
            LOG.warn(
                    "Redis disconnects a node that is briefly slow: server=\"{}\" pubsubLimit={}"
                            + " (set client-output-buffer-limit pubsub to 32mb 8mb 60, or more)",
                    server,
                    small);
        }
    }

    private void checkReplicas(String minimum) {
        if (minimum.equals("0") && isNew("replicas")) {
            LOG.warn(
                    "Redis accepts events that no replica has, a failover can lose them: server=\"{}\""
                            + " (set min-replicas-to-write and min-replicas-max-lag)",
                    server);
        }
    }

    private void checkEviction(String policy) {
        if (!policy.equals("noeviction") && !policy.isEmpty() && isNew("eviction " + policy)) {
            LOG.warn(
                    "Redis may evict the events of topics when its memory is full, readers are then told a gap:"
                            + " server=\"{}\" maxmemoryPolicy={} (set maxmemory-policy to noeviction)",
                    server,
                    policy);
        }
    }
}
