package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.core.RateLimitAction;
import dev.sprocket.plugin.ConfigErrors;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Warns of limiters that drop pieces of a byte stream, of which a layer inside makes messages.
 *
 * <p>Follows the layers of a stack, outermost first. Not thread-safe.
 */
final class StreamLimitWarnings {
    /** Layers that read a stream of bytes, besides those that answer upgrades. */
    private static final Set<String> READERS = Set.of("http", "lines", "rawsocket");

    /** A limiter whose messages may be pieces of a stream; it is warned of once. */
    private record DroppingLimiter(ConfigOrigin at, AtomicBoolean reported) {}

    private final List<DroppingLimiter> limiters = new ArrayList<>();

    StreamLimitWarnings() {}

    /** Goes on inside of what another has seen. */
    StreamLimitWarnings(StreamLimitWarnings around) {
        limiters.addAll(around.limiters);
    }

    void enter(LayerFactory layer, Settings settings, ConfigOrigin at, ConfigErrors problems) {
        if (layer.name().equals("limiter")) {
            boolean limited =
                    settings.get(CorePlugin.MESSAGES_PER_SECOND) > 0 || settings.get(CorePlugin.BYTES_PER_SECOND) > 0;
            if (limited && settings.get(CorePlugin.ON_EXCESS) == RateLimitAction.REJECT) {
                limiters.add(new DroppingLimiter(at, new AtomicBoolean()));
            }
        } else if (READERS.contains(layer.name()) || layer.upgrades()) {
            for (DroppingLimiter limiter : limiters) {
                if (limiter.reported().compareAndSet(false, true)) {
                    problems.warn(
                            limiter.at(),
                            "layer limiter: on-excess = reject drops pieces of the bytes that layer " + layer.name()
                                    + " reads (expected: limiter after " + layer.name()
                                    + ", or on-excess = pause or close)");
                }
            }
        }
    }
}
