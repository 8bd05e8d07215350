package dev.sprocket.cluster.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings about the configuration of a Redis. */
final class ServerChecks {
    private static final Logger LOG = LoggerFactory.getLogger(RedisEngine.class);

    /** Smallest output limit of subscribers without a warning, in bytes. */
    private static final long MIN_PUBSUB_LIMIT = 32L << 20;

    private static final Pattern PUBSUB_LIMIT = Pattern.compile("pubsub (\\d+) (\\d+) (\\d+)");

    private ServerChecks() {}

    /** Reads the configuration, if the user may, and warns. */
    static void warn(RedisAsyncCommands<byte[], byte[]> redis, boolean hasReplicas, Object server) {
        var unused1 = redis.configGet("client-output-buffer-limit")
                .thenAccept(values -> warnPubSub(values.getOrDefault("client-output-buffer-limit", ""), server));
        if (hasReplicas) {
            var unused2 = redis.configGet("min-replicas-to-write").thenAccept(values -> {
                if (values.getOrDefault("min-replicas-to-write", "").equals("0")) {
                    LOG.warn(
                            "Redis accepts events that no replica has, a failover can lose them: server=\"{}\""
                                    + " (set min-replicas-to-write and min-replicas-max-lag)",
                            server);
                }
            });
        }
    }

    private static void warnPubSub(String limits, Object server) {
        Matcher pubsub = PUBSUB_LIMIT.matcher(limits);
        if (pubsub.find()
                && pubsub.group(1).length() < 19
                && !pubsub.group(1).equals("0")
                && Long.parseLong(pubsub.group(1)) < MIN_PUBSUB_LIMIT) {
            LOG.warn(
                    "Redis disconnects a node that is briefly slow: server=\"{}\" pubsubLimit={}"
                            + " (set client-output-buffer-limit pubsub to 32mb or more)",
                    server,
                    pubsub.group(1));
        }
    }
}
