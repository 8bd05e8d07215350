package dev.sprocket.pubsub;

import dev.sprocket.pubsub.internal.delivery.EventBatch;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueue;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that a delivery queue delivers together, of any topics and for any audiences.
 *
 * <p>Events keep their order. Each subscriber receives its events as one buffer, shared with all subscribers that
 * receive the same events. Confined to its delivery queue.
 */
final class DeliveryBatch implements EventBatch<InFlightEvent> {
    /** Maximum number of events. */
    private static final int MAX_EVENTS = 256;
    /** Maximum size of the events, in bytes of JSON. The connection of a slow reader queues or drops them together. */
    private static final int MAX_BYTES = 64 * 1024;
    /** Maximum number of parts, one bit each. */
    private static final int MAX_PARTS = Long.SIZE;
    /** Maximum number of combinations of parts with a joined buffer. Beyond it, each part is sent separately. */
    private static final int MAX_COMBINATIONS = 64;

    private final LoopDeliveryQueue<InFlightEvent> queue;
    private final List<InFlightEvent> events = new ArrayList<>();
    private int size;
    /** Index of the first event of each part. A part is consecutive events of one topic for one audience. */
    private final int[] partStarts = new int[MAX_PARTS + 1];

    private int partCount;

    private final long[] combinations = new long[MAX_COMBINATIONS];
    private final @Nullable EncodedRun[] joined = new EncodedRun[MAX_COMBINATIONS];
    /** Used when a recipient's combination of parts has no joined buffer. */
    private final @Nullable EncodedRun[] singles = new EncodedRun[MAX_PARTS];

    private int combinationCount;
    private int lastCombination;
    private @Nullable ConnectionSubscriber[] recipients = new ConnectionSubscriber[16];
    private int recipientCount;
    private boolean isLast;

    DeliveryBatch(LoopDeliveryQueue<InFlightEvent> queue) {
        this.queue = queue;
    }

    @Override
    public boolean isEmpty() {
        return events.isEmpty();
    }

    @Override
    public boolean add(InFlightEvent event) {
        boolean startsPart = events.isEmpty() || !events.get(events.size() - 1).canJoin(event);
        if (!events.isEmpty()
                && (events.size() == MAX_EVENTS
                        || size + event.size() > MAX_BYTES
                        || (startsPart && partCount == MAX_PARTS))) {
            return false;
        }
        if (startsPart) {
            partStarts[partCount++] = events.size();
        }
        events.add(event);
        size += event.size();
        return true;
    }

    @Override
    public void deliver(boolean last) {
        isLast = last;
        partStarts[partCount] = events.size();
        try {
            if (partCount == 1) {
                deliverSinglePart();
            } else {
                deliverParts();
            }
            advance();
        } finally {
            clear();
        }
    }

    /** Updates the positions up to which subscribers have received the events of their topics. */
    private void advance() {
        for (int i = 0; i < partCount; i++) {
            InFlightEvent event = events.get(partStarts[i + 1] - 1);
            Position position = event.published.position();
            if (position != null && event.state.topic.match() == MatchPolicy.EXACT) {
                LoopSubscribers subscribers = event.state.subscribersOn(queue);
                if (subscribers != null) {
                    subscribers.advance(position);
                }
            }
        }
    }

    private void deliverSinglePart() {
        LoopSubscribers subscribers = events.get(0).state.subscribersOn(queue);
        if (subscribers != null) {
            try (EncodedRun run = new EncodedRun(events, isLast)) {
                subscribers.deliver(run);
            }
        }
    }

    private void deliverParts() {
        for (int i = 0; i < partCount; i++) {
            LoopSubscribers subscribers = events.get(partStarts[i]).state.subscribersOn(queue);
            if (subscribers != null) {
                subscribers.selectRecipients(this, i);
            }
        }
        for (int i = 0; i < recipientCount; i++) {
            ConnectionSubscriber recipient = recipients[i];
            if (recipient != null) {
                recipient.deliver(this);
            }
        }
    }

    List<InFlightEvent> part(int part) {
        return events.subList(partStarts[part], partStarts[part + 1]);
    }

    /** Adds a recipient of at least one part. */
    void add(ConnectionSubscriber recipient) {
        if (recipientCount == recipients.length) {
            recipients = Arrays.copyOf(recipients, 2 * recipientCount);
        }
        recipients[recipientCount++] = recipient;
    }

    /** Returns one part as a run that all its recipients share. */
    EncodedRun single(int part) {
        EncodedRun existing = singles[part];
        if (existing == null) {
            existing = new EncodedRun(part(part), false);
            singles[part] = existing;
        }
        return existing;
    }

    /** Returns a combination of parts as one run. Null if there are too many combinations. */
    @Nullable
    EncodedRun join(long combination) {
        if (combinationCount > 0 && combinations[lastCombination] == combination) {
            return joined[lastCombination];
        }
        for (int i = 0; i < combinationCount; i++) {
            if (combinations[i] == combination) {
                lastCombination = i;
                return joined[i];
            }
        }
        if (combinationCount == MAX_COMBINATIONS) {
            return null;
        }
        List<InFlightEvent> all = new ArrayList<>();
        for (long rest = combination; rest != 0; rest &= rest - 1) {
            all.addAll(part(Long.numberOfTrailingZeros(rest)));
        }
        lastCombination = combinationCount++;
        combinations[lastCombination] = combination;
        EncodedRun run = new EncodedRun(all, isLast);
        joined[lastCombination] = run;
        return run;
    }

    private void clear() {
        for (int i = 0; i < recipientCount; i++) {
            ConnectionSubscriber recipient = recipients[i];
            if (recipient != null) {
                recipient.selectedParts = 0;
            }
            recipients[i] = null;
        }
        close(joined, combinationCount);
        close(singles, partCount);
        events.forEach(InFlightEvent::release);
        events.clear();
        size = 0;
        partCount = 0;
        combinationCount = 0;
        lastCombination = 0;
        recipientCount = 0;
    }

    private static void close(@Nullable EncodedRun[] runs, int count) {
        for (int i = 0; i < count; i++) {
            EncodedRun run = runs[i];
            if (run != null) {
                run.close();
            }
            runs[i] = null;
        }
    }
}
