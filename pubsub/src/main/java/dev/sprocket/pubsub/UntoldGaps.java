package dev.sprocket.pubsub;

import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.transport.ConflationKey;
import dev.sprocket.core.internal.transport.Outbound;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gaps of one topic that subscribers are told with their next event, by outlet.
 *
 * <p>Confined to the delivery queue.
 */
final class UntoldGaps {
    private final Map<Object, Untold> byOutlet = new HashMap<>();

    /**
     * Gap that a subscriber does not know yet.
     *
     * @param isRequired true to disconnect the subscriber if its protocol cannot express it
     */
    record Untold(Gap gap, boolean isRequired) {
        Untold merge(Untold later) {
            return new Untold(gap.merge(later.gap), isRequired || later.isRequired);
        }
    }

    /**
     * Key of an event with a gap; restores the gap if it is dropped.
     *
     * @param events key of the events of the topic
     * @param onDropped called with the connection
     */
    record Key(ConflationKey events, Consumer<Outbound> onDropped) implements ConflationKey {
        @Override
        public OutboundLimit.@Nullable Overflow overflow() {
            return events.overflow();
        }

        @Override
        public void onDropped(int bytes) {
            events.onDropped(bytes);
        }

        @Override
        public void onLost(Outbound from) {
            onDropped.accept(from);
        }
    }

    boolean has(Object outlet) {
        return byOutlet.containsKey(outlet);
    }

    int size() {
        return byOutlet.size();
    }

    /** Removes the gaps of connections that are not subscribed any more. */
    void retain(Set<Object> outlets) {
        byOutlet.keySet().retainAll(outlets);
    }

    /** Adds a gap after those that the subscriber does not know yet. */
    void add(Object outlet, Untold gap) {
        byOutlet.merge(outlet, gap, Untold::merge);
    }

    /** Adds a gap before those that the subscriber does not know yet. */
    void restore(Object outlet, Untold gap) {
        byOutlet.merge(outlet, gap, (later, first) -> first.merge(later));
    }

    /** Returns the position before a gap of a slow reader; null without one. */
    @Nullable
    Position before(Object outlet) {
        Untold next = byOutlet.get(outlet);
        return next == null || !next.isRequired ? null : next.gap.from();
    }

    /** Removes and returns the gap of a subscriber; null if there is none. */
    @Nullable
    Untold take(Object outlet) {
        return byOutlet.remove(outlet);
    }
}
