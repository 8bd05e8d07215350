package dev.sprocket.pubsub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a lane delivers in one go: publications in their order, of any topics and for any audience. Each subscriber gets those
 * that are for it as one buffer, which it shares with everybody who gets the same ones.
 *
 * <p>Confined to its delivery queue.
 */
final class DeliveryBatch {
    /** How many publications it takes. */
    private static final int MAX_EVENTS = 256;
    /** And how many bytes of JSON; a slow reader's connection keeps or drops them together. */
    private static final int MAX_BYTES = 64 * 1024;
    /** How many parts it takes: a bit for each. */
    private static final int MAX_PARTS = Long.SIZE;
    /** How many choices of parts get a buffer of their own; past them, each part has one. */
    private static final int MAX_COMBINATIONS = 64;

    private final LoopDeliveryQueue queue;
    private final List<InFlightEvent> events = new ArrayList<>();
    private int size;
    /** Where each part begins: consecutive publications of one topic for one audience. */
    private final int[] partStarts = new int[MAX_PARTS + 1];

    private int partCount;

    private final long[] combinations = new long[MAX_COMBINATIONS];
    private final @Nullable EncodedRun[] joined = new EncodedRun[MAX_COMBINATIONS];
    /** For those who get no buffer of their own choice. */
    private final @Nullable EncodedRun[] singles = new EncodedRun[MAX_PARTS];

    private int combinationCount;
    private int lastCombination;
    private @Nullable ConnectionSubscriber[] recipients = new ConnectionSubscriber[16];
    private int recipientCount;
    private boolean isLast;

    DeliveryBatch(LoopDeliveryQueue lane) {
        this.queue = lane;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /** Adds a publication, of which it takes over one reference; returns false if it is full. */
    boolean add(InFlightEvent publication) {
        boolean more = events.isEmpty() || !events.get(events.size() - 1).canJoin(publication);
        if (!events.isEmpty()
                && (events.size() == MAX_EVENTS
                        || size + publication.size() > MAX_BYTES
                        || (more && partCount == MAX_PARTS))) {
            return false;
        }
        if (more) {
            partStarts[partCount++] = events.size();
        }
        events.add(publication);
        size += publication.size();
        return true;
    }

    /**
     * Delivers all of them, and is empty then.
     *
     * @param last whether nothing follows on this lane in this turn
     */
    void deliver(boolean last) {
        isLast = last;
        partStarts[partCount] = events.size();
        try {
            if (partCount == 1) {
                deliverSinglePart();
            } else {
                deliverParts();
            }
        } finally {
            clear();
        }
    }

    private void deliverSinglePart() {
        LoopSubscribers group = events.get(0).topic.subscribersOn(queue);
        if (group != null) {
            try (EncodedRun run = new EncodedRun(events, isLast)) {
                group.deliver(run);
            }
        }
    }

    private void deliverParts() {
        for (int i = 0; i < partCount; i++) {
            LoopSubscribers group = events.get(partStarts[i]).topic.subscribersOn(queue);
            if (group != null) {
                group.selectRecipients(this, i);
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

    /** Somebody is to get something of this. */
    void add(ConnectionSubscriber recipient) {
        if (recipientCount == recipients.length) {
            recipients = Arrays.copyOf(recipients, 2 * recipientCount);
        }
        recipients[recipientCount++] = recipient;
    }

    /** One part alone; the same for everybody. */
    EncodedRun single(int part) {
        EncodedRun known = singles[part];
        if (known == null) {
            known = new EncodedRun(part(part), false);
            singles[part] = known;
        }
        return known;
    }

    /** Those parts as one; null if there are too many different choices of parts. */
    @Nullable
    EncodedRun join(long chosen) {
        if (combinationCount > 0 && combinations[lastCombination] == chosen) {
            return joined[lastCombination];
        }
        for (int i = 0; i < combinationCount; i++) {
            if (combinations[i] == chosen) {
                lastCombination = i;
                return joined[i];
            }
        }
        if (combinationCount == MAX_COMBINATIONS) {
            return null;
        }
        List<InFlightEvent> all = new ArrayList<>();
        for (long rest = chosen; rest != 0; rest &= rest - 1) {
            all.addAll(part(Long.numberOfTrailingZeros(rest)));
        }
        lastCombination = combinationCount++;
        combinations[lastCombination] = chosen;
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
