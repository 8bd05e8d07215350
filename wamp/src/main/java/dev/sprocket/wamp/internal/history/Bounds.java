package dev.sprocket.wamp.internal.history;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.pubsub.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of a query by publications, as the log knows them.
 *
 * <p>An unknown first publication selects nothing, since all events would be a wrong answer. An unknown last one is no
 * bound.
 *
 * @param after the events begin after it; null if not given or unknown
 * @param from the events begin with it; null if not given or unknown
 * @param before the events end before it; null if not given or unknown
 * @param until the events end with it; null if not given or unknown
 * @param startUnknown true if a first publication is not known
 * @param given number of publications that the client has given
 */
@Immutable
record Bounds(
        @Nullable KeptEvent after,
        @Nullable KeptEvent from,
        @Nullable KeptEvent before,
        @Nullable KeptEvent until,
        boolean startUnknown,
        int given) {
    static final Bounds NONE = new Bounds(null, null, null, null, false, 0);

    /** Finds the publications of a query in the logs of topics. */
    static CompletableFuture<Bounds> of(HistoryQuery query, List<String> topics, EventLog log) {
        Finding after = new Finding(query.afterPublication);
        Finding from = new Finding(query.fromPublication);
        Finding before = new Finding(query.beforePublication);
        Finding until = new Finding(query.untilPublication);
        List<Finding> given =
                Stream.of(after, from, before, until).filter(Finding::isGiven).toList();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (Finding finding : given) {
            for (String topic : topics) {
                all.add(finding.findIn(topic, log));
            }
        }
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> new Bounds(
                        after.found,
                        from.found,
                        before.found,
                        until.found,
                        after.isUnknown() || from.isUnknown(),
                        given.size()));
    }

    /** Publication that is searched. */
    private static final class Finding {
        private final long publication;
        private volatile @Nullable KeptEvent found;

        Finding(long publication) {
            this.publication = publication;
        }

        boolean isGiven() {
            return publication != 0;
        }

        boolean isUnknown() {
            return isGiven() && found == null;
        }

        CompletableFuture<?> findIn(String topic, EventLog log) {
            return log.find(topic, publication)
                    .thenAccept(logged -> {
                        if (logged != null) {
                            found = new KeptEvent(topic, logged);
                        }
                    })
                    .toCompletableFuture();
        }
    }

    /** Returns the number of events that were examined to find the publications among kept ones. */
    long examined(long kept) {
        return given * kept;
    }

    /** Reports whether an event is not before the first. */
    boolean hasBegun(KeptEvent event) {
        return (after == null || KeptEvent.ORDER.compare(event, after) > 0)
                && (from == null || KeptEvent.ORDER.compare(event, from) >= 0);
    }

    /** Reports whether an event is past the last. */
    boolean hasEnded(KeptEvent event) {
        return before != null && KeptEvent.ORDER.compare(event, before) >= 0
                || until != null && KeptEvent.ORDER.compare(event, until) > 0;
    }
}
