package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.Engine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Report of a Redis server: its version, and settings that may lose events. */
@ThreadSafe
final class ServerReport {
    /** Smallest output limit of subscribers without a warning, in bytes. */
    private static final long MIN_PUBSUB_LIMIT = 32L << 20;

    private static final Pattern PUBSUB_LIMIT = Pattern.compile("pubsub (\\d{1,18}) (\\d{1,18}) (\\d{1,18})");
    private static final List<String> KEYS =
            List.of("client-output-buffer-limit", "min-replicas-to-write", "maxmemory", "maxmemory-policy");

    private ServerReport() {}

    /** Reads the server; without the rights to read its settings, the report says so. */
    static CompletableFuture<Engine.Report> read(Commands commands, boolean hasSentinel) {
        Map<String, String> settings = new HashMap<>();
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (String key : KEYS) {
            CompletableFuture<Map<String, String>> one = commands.execute(0, redis -> redis.configGet(key));
            all = all.thenCombine(one, (before, values) -> {
                settings.putAll(values);
                return before;
            });
        }
        return commands.<String>execute(0, redis -> redis.info())
                .thenCombine(
                        all.handle((done, forbidden) -> forbidden == null),
                        (info, allowed) -> of(ServerInfo.read(info), settings, allowed, hasSentinel));
    }

    private static Engine.Report of(
            ServerInfo server, Map<String, String> settings, boolean allowed, boolean hasSentinel) {
        List<String> facts = new ArrayList<>();
        facts.add("Redis " + server.version() + ", " + server.role() + ", replicas: " + server.replicas());
        List<String> warnings = new ArrayList<>();
        if (!allowed) {
            facts.add("settings not checked: the user may not read them (right +config|get)");
            return new Engine.Report(facts, warnings);
        }
        if (smallPubSubLimit(settings.getOrDefault(KEYS.get(0), "")) != null) {
            warnings.add("Redis disconnects a server that is briefly slow (set client-output-buffer-limit to pubsub"
                    + " 32mb 8mb 60, or more)");
        }
        if ((server.hasReplicas() || hasSentinel)
                && settings.getOrDefault(KEYS.get(1), "").equals("0")) {
            warnings.add("Redis accepts events that no replica has, so a failover can lose them (set"
                    + " min-replicas-to-write to 1 or more)");
        }
        String policy = settings.getOrDefault(KEYS.get(3), "");
        if (!settings.getOrDefault(KEYS.get(2), "0").equals("0") && !policy.equals("noeviction")) {
            warnings.add("Redis may evict events when its memory is full (set maxmemory-policy to noeviction)");
        }
        return new Engine.Report(facts, warnings);
    }

    /** Returns the output limit of subscribers in bytes if it is too small; null otherwise. */
    static @Nullable Long smallPubSubLimit(String limits) {
        Matcher pubsub = PUBSUB_LIMIT.matcher(limits);
        if (!pubsub.find()) {
            return null;
        }
        long hard = Long.parseLong(pubsub.group(1));
        long soft = Long.parseLong(pubsub.group(2));
        // the default has a soft limit of 8 MiB for a minute, which is enough
        boolean small = (hard != 0 && hard < MIN_PUBSUB_LIMIT) || (soft != 0 && soft < MIN_PUBSUB_LIMIT / 4);
        return small ? Math.min(hard == 0 ? Long.MAX_VALUE : hard, soft == 0 ? Long.MAX_VALUE : soft) : null;
    }
}
