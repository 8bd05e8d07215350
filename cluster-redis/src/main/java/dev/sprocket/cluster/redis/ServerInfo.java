package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.Immutable;
import java.util.HashMap;
import java.util.Map;

/**
 * Facts about a Redis server, from its {@code INFO}.
 *
 * @param version version, such as 7.0.15
 * @param role role, such as master
 * @param replicationId id of the history of its data, which changes with a restart and a failover
 * @param replicas number of connected replicas
 */
@Immutable
record ServerInfo(String version, String role, String replicationId, int replicas) {
    /** Oldest version that is supported. */
    private static final int MIN_MAJOR = 6;

    private static final int MIN_MINOR = 2;

    /** Reads the answer of {@code INFO}. */
    static ServerInfo read(String info) {
        Map<String, String> values = new HashMap<>();
        for (String line : info.split("\r?\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).trim());
            }
        }
        return new ServerInfo(
                values.getOrDefault("redis_version", ""),
                values.getOrDefault("role", ""),
                values.getOrDefault("master_replid", ""),
                values.getOrDefault("connected_slaves", "0").matches("[1-9]\\d{0,5}")
                        ? Integer.parseInt(values.get("connected_slaves"))
                        : 0);
    }

    boolean hasReplicas() {
        return replicas > 0;
    }

    /** Returns why this server cannot be used; an empty text if it can. */
    String problem() {
        String[] parts = version.split("\\.", -1);
        if (parts.length < 2 || !parts[0].matches("\\d{1,6}") || !parts[1].matches("\\d{1,6}")) {
            return "Redis of unknown version \"" + (version.length() > 20 ? "?" : version)
                    + "\" (expected: 6.2 or newer)";
        }
        int major = Integer.parseInt(parts[0]);
        if (major < MIN_MAJOR || (major == MIN_MAJOR && Integer.parseInt(parts[1]) < MIN_MINOR)) {
            return "Redis " + version + " is too old (expected: 6.2 or newer)";
        }
        return role.equals("master") ? "" : "Redis is a replica (expected: the primary; use its address, or Sentinel)";
    }
}
