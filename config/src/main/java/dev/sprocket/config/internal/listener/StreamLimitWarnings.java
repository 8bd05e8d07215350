package dev.sprocket.config.internal.listener;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.config.internal.layer.CorePlugin;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Warns of limiters that drop parts of a byte stream which an inner layer parses.
 *
 * <p>It visits the layers of a stack, outermost first. Not thread-safe.
 */
final class StreamLimitWarnings {
    /** Layers that parse a byte stream, in addition to those that handle upgrades. */
    private static final Set<String> READERS = Set.of("http", "lines", "rawsocket");

    /** Limiter that may drop parts of a stream, reported once. */
    private record DroppingLimiter(ConfigOrigin at, AtomicBoolean reported) {}

    private final List<DroppingLimiter> limiters = new ArrayList<>();

    StreamLimitWarnings() {}

    /** Creates a copy that continues with inner layers. */
    StreamLimitWarnings(StreamLimitWarnings outer) {
        limiters.addAll(outer.limiters);
    }

    void visit(LayerFactory layer, Settings settings, ConfigOrigin at, ConfigErrors problems) {
        if (layer.name().equals("limiter")) {
            boolean limited =
                    settings.get(CorePlugin.MESSAGES_PER_SECOND) > 0 || settings.get(CorePlugin.BYTES_PER_SECOND) > 0;
            if (limited && settings.get(CorePlugin.ON_EXCESS) == Limiter.Action.REJECT) {
                limiters.add(new DroppingLimiter(at, new AtomicBoolean()));
            }
        } else if (READERS.contains(layer.name()) || layer.upgrades()) {
            for (DroppingLimiter limiter : limiters) {
                if (limiter.reported().compareAndSet(false, true)) {
                    problems.warn(
                            limiter.at(),
                            "layer limiter: on-excess = reject drops parts of the byte stream that layer "
                                    + layer.name()
                                    + " parses (expected: limiter after " + layer.name()
                                    + ", or on-excess = pause or close)");
                }
            }
        }
    }
}
