package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Keys of a cluster. */
@ThreadSafe
public final class ClusterKeys {
    private static final Duration MIN_BEAT = Duration.ofMillis(50);

    public static final Option<Optional<FactoryRef>> ENGINE = Option.factory(
            "engine",
            "Engine that connects this server to others, which then share their topics (see Engine below);"
                    + " default: a single server");
    public static final Option<Optional<String>> NODE_NAME = Option.optionalString(
                    "node-name",
                    "Name of this server in a cluster, different from all others, of letters, digits, dots, hyphens"
                            + " and underscores; default: the host name and a random part")
            .checked(NodeNames::check);
    public static final Option<Duration> NODE_LEASE = Option.duration(
                    "node-lease",
                    Duration.ofSeconds(10),
                    "Time after which a server that does not renew its lease at the engine is gone for the others; at"
                            + " least two node-beats")
            .positive();
    public static final Option<Duration> NODE_BEAT = Option.duration(
                    "node-beat", Duration.ofSeconds(3), "Interval at which a server renews its lease at the engine")
            .checked(ClusterKeys::checkBeat);
    public static final Option<Duration> READY_GRACE = Option.durationOrForever(
            "ready-grace",
            Duration.ofSeconds(60),
            "Time for which GET /ready stays 200 while the engine cannot be reached; 0s: 503 at once; forever: always"
                    + " 200");

    /** Keys that have no effect without an engine. */
    static final List<Option<?>> ENGINE_ONLY = List.of(NODE_NAME, NODE_LEASE, NODE_BEAT, READY_GRACE);

    private ClusterKeys() {}

    private static void checkBeat(Duration beat) {
        if (beat.compareTo(MIN_BEAT) < 0) {
            throw new IllegalArgumentException(
                    beat.toMillis() + "ms (expected: " + MIN_BEAT.toMillis() + "ms or more)");
        }
    }
}
