package dev.sprocket.wamp.internal.history;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.session.GapNotices;
import dev.sprocket.wamp.spi.Serializer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Request of a client for the events that topics keep.
 *
 * <p>It is answered in order with the events of the client. The answer about a topic follows the events that it
 * contains, and precedes those that it does not. An answer about a pattern has no such place.
 */
public final class HistoryRequest {
    private static final PeerLog LOG = PeerLog.of(HistoryRequest.class);

    /** Maximum number of topics of a pattern in one answer. */
    private static final int MAX_TOPICS = 1000;
    /** Maximum size of the events in an answer, in bytes. */
    private static final long MAX_BYTES = 1 << 20;
    /** Number of events whose examination costs as much as one that is returned. */
    private static final int EXAMINED_PER_ENTRY = 100;

    /**
     * Client that asks.
     *
     * @param subscriber its subscriber
     * @param format serializer of its messages
     * @param visible tells whether it may subscribe to a topic
     * @param cost receives the cost of the request in entries
     */
    public record Reader(Subscriber subscriber, Serializer format, Predicate<String> visible, IntConsumer cost) {}

    private final Topics topics;
    private final V2Subscription subscription;
    private final Reader reader;
    private final HistoryQuery query;
    /** Topic or pattern that is asked for; null if the subscription does not include it. */
    private final @Nullable Topic asked;

    /**
     * Creates a request. Throws {@link CallException} if a keyword is invalid.
     *
     * @param keywords keyword arguments of the call
     */
    public HistoryRequest(Topics topics, V2Subscription subscription, OptionReader keywords, Reader reader) {
        this.topics = topics;
        this.subscription = subscription;
        this.reader = reader;
        this.query = new HistoryQuery(keywords);
        this.asked = asked();
        if (query.afterPosition != null && asked != null && asked.match() != MatchPolicy.EXACT) {
            throw CallException.invalidArgument("after_position: a position of one topic (expected: with topic)");
        }
    }

    private @Nullable Topic asked() {
        Topic subscribed = subscription.topic;
        String only = query.topic;
        if (only == null || only.equals(subscribed.id()) && subscribed.match() == MatchPolicy.EXACT) {
            return subscribed;
        }
        boolean included = only.length() <= Topics.MAX_ID_LENGTH
                && subscribed.match() != MatchPolicy.EXACT
                && subscribed.match().matches(subscribed.id(), only)
                && reader.visible.test(only);
        return included ? topics.topic(only) : null;
    }

    /** Answers a call, now or later. */
    public void answer(PendingCall call) {
        Topic topic = asked;
        if (topic == null) {
            advance(call, subscription.topic, nothing(null, null));
        } else if (topic.match() != MatchPolicy.EXACT) {
            findTopics(call, topic);
        } else if (topic.settings().history().isEmpty()) {
            advance(call, topic, nothing(null, query.hasStart() ? Gap.Reason.NO_LOG : null));
        } else {
            findStart(call, topic);
        }
    }

    private PositionScan nothing(@Nullable Position top, Gap.@Nullable Reason missing) {
        Topic topic = asked == null ? subscription.topic : asked;
        return new PositionScan(select(Bounds.NONE), topic.id(), top, query.afterPosition, missing);
    }

    /** Returns an empty selection, within the outbound limit of the client. */
    private Selection select(Bounds bounds) {
        long maxBytes =
                outbound().map(out -> Math.min(MAX_BYTES, out.spare() / 2)).orElse(MAX_BYTES);
        return new Selection(query, bounds, reader.subscriber, maxBytes);
    }

    private Optional<Outbound> outbound() {
        return reader.subscriber.connection().flatMap(PipelineContext::find).map(PipelineContext::outbound);
    }

    private void findStart(PendingCall call, Topic topic) {
        EventLog log = topics.log();
        Position after = query.afterPosition == null ? Position.EARLIEST : query.afterPosition;
        int window = query.asksNewestOnly() ? query.limit : Integer.MAX_VALUE;
        CompletableFuture<EventLog.Place> place =
                log.find(topic.id(), after, window, Long.MAX_VALUE).toCompletableFuture();
        CompletableFuture<Bounds> bounds = Bounds.of(query, List.of(topic.id()), log);
        whenDone(call, CompletableFuture.allOf(place, bounds), () -> {
            charge(bounds.join().examined(place.join().eventsAfter(place.join().start())));
            advance(call, topic, scan(topic, place.join(), bounds.join()));
        });
    }

    private HistoryScan scan(Topic topic, EventLog.Place place, Bounds bounds) {
        Gap gap = place.gap();
        Gap.Reason missing = bounds.startUnknown() ? Gap.Reason.UNKNOWN : gap == null ? null : gap.reason();
        if (query.asksPositionOnly() || missing == Gap.Reason.UNKNOWN) {
            return nothing(place.top(), missing);
        }
        return new TopicScan(topics.log(), topic.id(), TopicScan.Start.of(query, place, bounds), () -> select(bounds));
    }

    private void findTopics(PendingCall call, Topic pattern) {
        EventLog log = topics.log();
        CompletableFuture<EventLog.Names> found =
                log.topics(pattern.match(), pattern.id(), MAX_TOPICS).toCompletableFuture();
        whenDone(call, found, () -> {
            charge(found.join().examined());
            findStart(
                    call,
                    pattern,
                    found.join().names().stream().filter(reader.visible).toList(),
                    found.join().more());
        });
    }

    private void findStart(PendingCall call, Topic pattern, List<String> names, boolean more) {
        EventLog log = topics.log();
        List<CompletableFuture<EventLog.Statistics>> all = new ArrayList<>();
        names.forEach(name -> all.add(log.statistics(name).toCompletableFuture()));
        CompletableFuture<Bounds> bounds = Bounds.of(query, names, log);
        whenDone(call, CompletableFuture.allOf(bounds, allOf(all)), () -> {
            long events = 0;
            for (CompletableFuture<EventLog.Statistics> statistics : all) {
                events += statistics.join().events();
            }
            charge(bounds.join().examined(events));
            if (query.asksPositionOnly() || bounds.join().startUnknown()) {
                advance(call, pattern, nothing(null, bounds.join().startUnknown() ? Gap.Reason.UNKNOWN : null));
                return;
            }
            PatternScan scan = new PatternScan(log, select(bounds.join()), !more);
            for (int i = 0; i < names.size(); i++) {
                scan.add(names.get(i), all.get(i).join().top());
            }
            advance(call, pattern, scan);
        });
    }

    private static CompletableFuture<Void> allOf(List<? extends CompletableFuture<?>> stages) {
        return CompletableFuture.allOf(stages.toArray(new CompletableFuture<?>[0]));
    }

    /** Charges examined events, which cost less than returned ones. */
    private void charge(long examined) {
        reader.cost.accept((int) (examined / EXAMINED_PER_ENTRY));
    }

    /** Runs the next step of a scan, in order with the events. */
    private void advance(PendingCall call, Topic topic, HistoryScan scan) {
        topic.position(reader.subscriber, reached -> {
            Outbound slow =
                    outbound().filter(out -> out.isOpen() && !out.isWritable()).orElse(null);
            if (slow == null) {
                run(call, () -> step(call, topic, scan, reached));
            } else {
                slow.whenWritable(() -> advance(call, topic, scan));
            }
        });
    }

    private void step(PendingCall call, Topic topic, HistoryScan scan, @Nullable Position reached) {
        if (call.isDone()) {
            return;
        }
        switch (scan.step(reached)) {
            case DONE -> answer(call, scan.result());
            case MORE -> advance(call, topic, scan);
            case WAITING -> scan.pending().whenComplete((read, failure) -> advance(call, topic, scan));
        }
    }

    private void answer(PendingCall call, HistoryScan.Result result) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (KeptEvent event : result.selection().events()) {
            entries.add(event.entry(subscription, reader.format));
        }
        reader.cost.accept(entries.size());
        charge(result.scanned());
        Map<String, @Nullable Object> keywords = new LinkedHashMap<>();
        keywords.put("complete", result.complete());
        keywords.put(
                "position", result.position() == null ? null : result.position().toString());
        keywords.put("gap", result.gap() == null ? null : GapNotices.describePlace(result.gap()));
        call.result(CallArguments.of(reader.format, entries, keywords), false);
    }

    private static void whenDone(PendingCall call, CompletionStage<?> stage, Runnable next) {
        stage.whenComplete((done, failure) -> run(call, () -> {
            if (failure != null) {
                throw new CompletionException(failure);
            }
            next.run();
        }));
    }

    /** Runs a step, and answers its failure. */
    private static void run(PendingCall call, Runnable step) {
        try {
            step.run();
        } catch (CompletionException unreadable) {
            LOG.warn(call.caller(), "log not readable, call failed: peer={} call={}", call.caller(), call, unreadable);
            call.fail(new CallException("wamp.error.unavailable", "the history is not readable (retry later)"));
        } catch (RuntimeException failure) {
            LOG.warn(call.caller(), "meta procedure failed: peer={} call={}", call.caller(), call, failure);
            call.fail(failure);
        }
    }
}
