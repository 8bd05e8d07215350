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
    private static final int LONGEST = 256;
    /** And how many bytes of JSON; a slow reader's connection keeps or drops them together. */
    private static final int LARGEST = 64 * 1024;
    /** How many parts it takes: a bit for each. */
    private static final int MOST_PARTS = Long.SIZE;
    /** How many choices of parts get a buffer of their own; past them, each part has one. */
    private static final int MOST_CHOICES = 64;

    private final LoopDeliveryQueue lane;
    private final List<InFlightEvent> publications = new ArrayList<>();
    private int size;
    /** Where each part begins: consecutive publications of one topic for one audience. */
    private final int[] parts = new int[MOST_PARTS + 1];

    private int partCount;

    private final long[] choices = new long[MOST_CHOICES];
    private final @Nullable EncodedRun[] joined = new EncodedRun[MOST_CHOICES];
    /** For those who get no buffer of their own choice. */
    private final @Nullable EncodedRun[] singles = new EncodedRun[MOST_PARTS];

    private int choiceCount;
    private int lastChoice;
    private @Nullable ConnectionSubscriber[] recipients = new ConnectionSubscriber[16];
    private int recipientCount;
    private boolean isLast;

    DeliveryBatch(LoopDeliveryQueue lane) {
        this.lane = lane;
    }

    boolean isEmpty() {
        return publications.isEmpty();
    }

    /** Adds a publication, of which it takes over one reference; returns false if it is full. */
    boolean add(InFlightEvent publication) {
        boolean more = publications.isEmpty()
                || !publications.get(publications.size() - 1).goesWith(publication);
        if (!publications.isEmpty()
                && (publications.size() == LONGEST
                        || size + publication.size() > LARGEST
                        || (more && partCount == MOST_PARTS))) {
            return false;
        }
        if (more) {
            parts[partCount++] = publications.size();
        }
        publications.add(publication);
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
        parts[partCount] = publications.size();
        try {
            if (partCount == 1) {
                whole();
            } else {
                inParts();
            }
        } finally {
            clear();
        }
    }

    private void whole() {
        LoopSubscribers group = publications.get(0).topic.group(lane);
        if (group != null) {
            try (EncodedRun run = new EncodedRun(publications, isLast)) {
                group.deliver(run);
            }
        }
    }

    private void inParts() {
        for (int i = 0; i < partCount; i++) {
            LoopSubscribers group = publications.get(parts[i]).topic.group(lane);
            if (group != null) {
                group.choose(this, i);
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
        return publications.subList(parts[part], parts[part + 1]);
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
        if (choiceCount > 0 && choices[lastChoice] == chosen) {
            return joined[lastChoice];
        }
        for (int i = 0; i < choiceCount; i++) {
            if (choices[i] == chosen) {
                lastChoice = i;
                return joined[i];
            }
        }
        if (choiceCount == MOST_CHOICES) {
            return null;
        }
        List<InFlightEvent> all = new ArrayList<>();
        for (long rest = chosen; rest != 0; rest &= rest - 1) {
            all.addAll(part(Long.numberOfTrailingZeros(rest)));
        }
        lastChoice = choiceCount++;
        choices[lastChoice] = chosen;
        EncodedRun run = new EncodedRun(all, isLast);
        joined[lastChoice] = run;
        return run;
    }

    private void clear() {
        for (int i = 0; i < recipientCount; i++) {
            ConnectionSubscriber recipient = recipients[i];
            if (recipient != null) {
                recipient.chosen = 0;
            }
            recipients[i] = null;
        }
        close(joined, choiceCount);
        close(singles, partCount);
        publications.forEach(InFlightEvent::release);
        publications.clear();
        size = 0;
        partCount = 0;
        choiceCount = 0;
        lastChoice = 0;
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
