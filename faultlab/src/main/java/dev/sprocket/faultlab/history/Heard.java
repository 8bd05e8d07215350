package dev.sprocket.faultlab.history;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.pubsub.Position;
import org.jspecify.annotations.Nullable;

/** One entry of what an observer noted, in the order of its arrival. */
@Immutable
public sealed interface Heard {
    /** Returns the time since the beginning of the run, in milliseconds. */
    long at();

    /**
     * An event.
     *
     * @param repeat true if the protocol says that this event may have been heard before (recovery by WAMP v1)
     */
    @Immutable
    record Event(long at, String topic, EventKey key, @Nullable Position position, boolean repeat) implements Heard {}

    /** A gap on a topic that was told, before the next event of the topic. */
    @Immutable
    record Gap(long at, String topic, String reason) implements Heard {}

    /** The observer is connected to a node, and subscribed to all of its topics. */
    @Immutable
    record Connected(long at, String node) implements Heard {}

    /** The connection ended. */
    @Immutable
    record Disconnected(long at) implements Heard {}
}
