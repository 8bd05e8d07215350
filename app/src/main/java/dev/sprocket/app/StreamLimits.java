package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.core.Excess;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Problems;
import dev.sprocket.plugin.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Warns of limiters that drop pieces of a byte stream, of which a layer inside makes messages.
 *
 * <p>Follows the layers of a stack, outermost first. Threads: one.
 */
final class StreamLimits {
    /** Layers that read a stream of bytes, besides those that answer upgrades. */
    private static final Set<String> READERS = Set.of("http", "lines", "rawsocket");

    /** A limiter whose messages may be pieces of a stream; it is warned of once. */
    private record Refusing(ConfigOrigin at, AtomicBoolean reported) {}

    private final List<Refusing> limiters = new ArrayList<>();

    StreamLimits() {}

    /** Goes on inside of what another has seen. */
    StreamLimits(StreamLimits around) {
        limiters.addAll(around.limiters);
    }

    void enter(LayerFactory layer, Settings settings, ConfigOrigin at, Problems problems) {
        if (layer.name().equals("limiter")) {
            boolean limited = settings.get(CoreParts.MESSAGES) > 0 || settings.get(CoreParts.BYTES) > 0;
            if (limited && settings.get(CoreParts.PAST) == Excess.REFUSE) {
                limiters.add(new Refusing(at, new AtomicBoolean()));
            }
        } else if (READERS.contains(layer.name()) || layer.upgrades()) {
            for (Refusing limiter : limiters) {
                if (limiter.reported().compareAndSet(false, true)) {
                    problems.warn(
                            limiter.at(),
                            "layer limiter: past = refuse drops pieces of the bytes that layer " + layer.name()
                                    + " reads (expected: limiter after " + layer.name() + ", or past = hold or close)");
                }
            }
        }
    }
}
