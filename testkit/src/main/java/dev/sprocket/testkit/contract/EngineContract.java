package dev.sprocket.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.EnvelopeException;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Contract of an {@link Engine}: two nodes at one server.
 *
 * <p>A test of an engine extends this class.
 */
public abstract class EngineContract {
    /** Limits of a topic in these tests. */
    private static final EventLog.RetainLimits RETAIN_LIMITS = new EventLog.RetainLimits(0, 100, 100_000);

    protected static final TopicSettings.History LIMITS =
            new TopicSettings.History(100, Duration.ofMinutes(10), 1 << 20);

    private static final String TOPIC = "news";
    private static final int WAIT_SECONDS = 60;

    /** Node with what its engine has delivered. */
    protected static final class Node implements Engine.Listener, AutoCloseable {
        /** Identity of the node. */
        public final NodeId id;
        /** Engine of the node. */
        public final Engine engine;

        private final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<byte[]> matched = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final BlockingQueue<Engine.State> states = new LinkedBlockingQueue<>();
        private final BlockingQueue<Engine.Cause> losses = new LinkedBlockingQueue<>();

        /** Starts a node. */
        public Node(String name, Engine engine) {
            this.id = NodeId.start(name);
            this.engine = engine;
            engine.start(id, this);
        }

        @Override
        public void onEvent(String topic, byte[] envelope) {
            events.add(envelope);
        }

        @Override
        public void onFrame(byte[] frame) {
            if (frame.length > 0 && frame[0] == Engine.EVENT_FRAME) {
                matched.add(Arrays.copyOfRange(frame, 1, frame.length));
            } else {
                frames.add(new String(frame, UTF_8));
            }
        }

        @Override
        public void onState(Engine.State state, String cause) {
            states.add(state);
        }

        @Override
        public void onContinuityLost(@Nullable Set<String> topics, Engine.Cause cause) {
            losses.add(cause);
        }

        /** Waits until the engine has a state. */
        public void awaitState(Engine.State expected) {
            while (engine.state() != expected) {
                var unused = take(states);
            }
        }

        /** Returns the cause of the next lost continuity. */
        public Engine.Cause awaitLoss() {
            return take(losses);
        }

        /** Returns the next event. */
        public Envelope event() {
            try {
                return Envelope.read(take(events));
            } catch (EnvelopeException e) {
                throw new AssertionError(e);
            }
        }

        /** Returns the next event that was sent to the mailbox of this node. */
        public Envelope matched() {
            try {
                return Envelope.read(take(matched));
            } catch (EnvelopeException e) {
                throw new AssertionError(e);
            }
        }

        /** Returns the payloads of the next events. */
        public List<String> texts(int count) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                texts.add(new String(event().payload(), UTF_8));
            }
            return texts;
        }

        /** Returns the next frame. */
        public String frame() {
            return take(frames);
        }

        /** Returns the number of events that have arrived, and were not taken. */
        public int waiting() {
            return events.size();
        }

        /** Returns an envelope of this node. */
        public byte[] envelope(String topic, long publication, String text) {
            return Envelope.builder(id, topic, publication, Envelope.JSON, text.getBytes(UTF_8))
                    .time(Instant.ofEpochMilli(1))
                    .build()
                    .toBytes();
        }

        /** Appends an event, and returns its position. */
        @CanIgnoreReturnValue
        public Engine.Appended append(String topic, long publication, String text) {
            return get(engine.append(topic, envelope(topic, publication, text), LIMITS, List.of()));
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** Two nodes of these tests. */
    protected Node a;

    /** Second node. */
    protected Node b;

    /** Creates a contract; nodes start before each test. */
    @SuppressWarnings("NullAway.Init")
    protected EngineContract() {}

    /** Creates an engine that is connected to the server of this test. */
    protected abstract Engine newEngine();

    /** Starts the nodes. */
    @BeforeEach
    void startNodes() {
        a = new Node("a", newEngine());
        b = new Node("b", newEngine());
        a.awaitState(Engine.State.UP);
        b.awaitState(Engine.State.UP);
    }

    /** Closes the nodes. */
    @AfterEach
    void closeNodes() {
        a.close();
        b.close();
    }

    /** Returns the result of a stage. */
    @CanIgnoreReturnValue
    protected static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS, SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T take(BlockingQueue<T> queue) {
        try {
            T taken = queue.poll(WAIT_SECONDS, SECONDS);
            if (taken == null) {
                throw new AssertionError("nothing arrived");
            }
            return taken;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(Engine.Excerpt excerpt) {
        return excerpt.envelopes().stream()
                .map(envelope -> {
                    try {
                        return new String(Envelope.read(envelope).payload(), UTF_8);
                    } catch (EnvelopeException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    @Test
    void appended_event_is_delivered_with_its_position_everywhere() {
        get(a.engine.subscribe(List.of(TOPIC)));
        get(b.engine.subscribe(List.of(TOPIC)));
        Engine.Appended first = a.append(TOPIC, 5, "1");
        Engine.Appended second = b.append(TOPIC, 6, "2");
        assertThat(first.position().check()).isEqualTo(Position.of(0, 0, 5).check());
        assertThat(second.previous()).isEqualTo(first.position().offset());
        assertThat(second.position().offset()).isGreaterThan(second.previous());
        for (Node node : List.of(a, b)) {
            Envelope one = node.event();
            assertThat(one.position()).isEqualTo(first.position());
            assertThat(one.from()).isEqualTo(a.id);
            assertThat(one.time()).isAfter(Instant.ofEpochMilli(1));
            Envelope two = node.event();
            assertThat(two.position()).isEqualTo(second.position());
            assertThat(two.previous()).isEqualTo(second.previous());
            assertThat(two.payload()).isEqualTo("2".getBytes(UTF_8));
        }
    }

    @Test
    void relayed_event_reaches_subscribed_nodes_with_its_own() {
        get(a.engine.subscribe(List.of(TOPIC)));
        get(b.engine.subscribe(List.of("other")));
        get(a.engine.relay(TOPIC, a.envelope(TOPIC, 1, "1")));
        get(a.engine.relay("other", a.envelope("other", 2, "2")));
        Envelope own = a.event();
        assertThat(own.position()).isNull();
        assertThat(own.time()).isEqualTo(Instant.ofEpochMilli(1));
        assertThat(b.texts(1)).containsExactly("2");
        assertThat(a.waiting()).isZero();
    }

    @Test
    void events_of_one_caller_arrive_in_order_across_topics() {
        get(b.engine.subscribe(List.of("plain", TOPIC)));
        List<CompletionStage<?>> sent = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            sent.add(
                    i % 3 == 0
                            ? a.engine.append(TOPIC, a.envelope(TOPIC, i, "" + i), LIMITS, List.of())
                            : a.engine.relay("plain", a.envelope("plain", i, "" + i)));
        }
        sent.forEach(EngineContract::get);
        assertThat(b.texts(100))
                .isEqualTo(IntStream.rangeClosed(1, 100).mapToObj(i -> "" + i).toList());
    }

    @Test
    void appended_event_reaches_mailboxes_in_order_with_frames() {
        Engine.Appended first = get(a.engine.append(TOPIC, a.envelope(TOPIC, 1, "1"), LIMITS, List.of("b")));
        byte[] relayed = a.envelope("plain", 2, "2");
        byte[] frame = new byte[1 + relayed.length];
        frame[0] = Engine.EVENT_FRAME;
        System.arraycopy(relayed, 0, frame, 1, relayed.length);
        get(a.engine.send("b", frame));
        get(a.engine.append(TOPIC, a.envelope(TOPIC, 3, "3"), LIMITS, null));
        get(a.engine.append(TOPIC, a.envelope(TOPIC, 4, "4"), LIMITS, List.of("a", "b")));
        Envelope atB = b.matched();
        assertThat(atB.position()).isEqualTo(first.position());
        assertThat(atB.topic()).isEqualTo(TOPIC);
        assertThat(List.of(b.matched(), b.matched(), b.matched()))
                .extracting(Envelope::publication)
                .containsExactly(2L, 3L, 4L);
        assertThat(List.of(a.matched(), a.matched()))
                .extracting(Envelope::publication)
                .containsExactly(3L, 4L);
        assertThat(a.waiting() + b.waiting()).isZero();
    }

    private static List<String> retained(Engine engine, MatchPolicy match, String pattern, int max) {
        return texts(new Engine.Excerpt(get(engine.retained(match, pattern, max)), null));
    }

    private boolean retain(String topic, long publication, String text, boolean restricted) {
        return get(a.engine.retain(topic, a.envelope(topic, publication, text), restricted, RETAIN_LIMITS));
    }

    @Test
    void retained_events_are_the_last_ones_of_their_topics() {
        assertThat(retained(b.engine, MatchPolicy.EXACT, TOPIC, 10)).isEmpty();
        assertThat(get(b.engine.clearRetained(TOPIC))).isFalse();
        assertThat(retain(TOPIC, 1, "some", true)).isTrue();
        assertThat(retain(TOPIC, 2, "all", false)).isTrue();
        assertThat(retained(b.engine, MatchPolicy.EXACT, TOPIC, 10)).containsExactly("all");
        assertThat(retain(TOPIC, 3, "newer", true)).isTrue();
        assertThat(retain(TOPIC, 4, "newest", true)).isTrue();
        assertThat(retained(b.engine, MatchPolicy.EXACT, TOPIC, 10)).containsExactly("newest", "all");
        assertThat(get(b.engine.clearRetained(TOPIC))).isTrue();
        assertThat(retained(a.engine, MatchPolicy.EXACT, TOPIC, 10)).isEmpty();
        assertThat(retained(a.engine, MatchPolicy.PREFIX, TOPIC, 10)).isEmpty();
    }

    @Test
    void retained_events_are_found_by_patterns() {
        for (String topic : List.of("a.1.x", "a.2.x", "a.2.y", "a.ü.x", "b.1.x", "a")) {
            assertThat(retain(topic, 1, topic, false)).isTrue();
        }
        assertThat(retained(b.engine, MatchPolicy.PREFIX, "a.", 10))
                .containsExactly("a.1.x", "a.2.x", "a.2.y", "a.ü.x");
        assertThat(retained(b.engine, MatchPolicy.PREFIX, "a.", 2)).hasSize(3);
        assertThat(retained(b.engine, MatchPolicy.WILDCARD, "a..x", 10)).containsExactly("a.1.x", "a.2.x", "a.ü.x");
        assertThat(retained(b.engine, MatchPolicy.WILDCARD, ".1.x", 10)).containsExactly("a.1.x", "b.1.x");
        assertThat(retained(b.engine, MatchPolicy.WILDCARD, ".1.x", 1)).hasSize(2);
    }

    @Test
    void retained_events_are_limited_in_number_and_bytes() {
        EventLog.RetainLimits two = new EventLog.RetainLimits(0, 2, 10_000);
        for (String topic : List.of("1", "2")) {
            assertThat(get(a.engine.retain(topic, a.envelope(topic, 1, "x"), false, two)))
                    .isTrue();
        }
        assertThat(get(b.engine.retain("3", b.envelope("3", 1, "x"), false, two)))
                .isFalse();
        assertThat(get(b.engine.retain("2", b.envelope("2", 1, "y"), false, two)))
                .isTrue();
        EventLog.RetainLimits small = new EventLog.RetainLimits(0, 10, 2000);
        byte[] large = b.envelope("4", 1, "x".repeat(2000));
        assertThat(get(b.engine.retain("4", large, false, small))).isFalse();
        assertThat(get(b.engine.clearRetained("1"))).isTrue();
        assertThat(get(b.engine.retain("3", b.envelope("3", 1, "z"), false, two)))
                .isTrue();
        assertThat(retained(a.engine, MatchPolicy.PREFIX, "3", 10)).containsExactly("z");
        assertThat(retained(a.engine, MatchPolicy.EXACT, "2", 10)).containsExactly("y");
    }

    @Test
    void older_event_of_a_log_is_not_retained() {
        byte[] older = Envelope.stamp(a.envelope(TOPIC, 1, "older"), 1, 7, 8, 7);
        byte[] newer = Envelope.stamp(a.envelope(TOPIC, 2, "newer"), 1, 7, 9, 8);
        byte[] other = Envelope.stamp(a.envelope(TOPIC, 3, "other"), 1, 8, 1, 0);
        assertThat(get(a.engine.retain(TOPIC, newer, false, RETAIN_LIMITS))).isTrue();
        assertThat(get(b.engine.retain(TOPIC, older, false, RETAIN_LIMITS))).isTrue();
        assertThat(retained(a.engine, MatchPolicy.EXACT, TOPIC, 10)).containsExactly("newer");
        assertThat(get(b.engine.retain(TOPIC, other, false, RETAIN_LIMITS))).isTrue();
        assertThat(retained(a.engine, MatchPolicy.EXACT, TOPIC, 10)).containsExactly("other");
    }

    @Test
    void retained_event_expires() {
        EventLog.RetainLimits soon = new EventLog.RetainLimits(1, 1, 10_000);
        assertThat(get(a.engine.retain(TOPIC, a.envelope(TOPIC, 1, "x"), false, soon)))
                .isTrue();
        while (!retained(b.engine, MatchPolicy.PREFIX, TOPIC, 10).isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(get(a.engine.retain("other", a.envelope("other", 1, "x"), false, soon)))
                .isTrue();
    }

    @Test
    void subscribes_and_unsubscribes_many_topics_at_once() {
        List<String> topics =
                IntStream.range(0, 2500).mapToObj(i -> "topic." + i).toList();
        get(b.engine.subscribe(topics));
        get(b.engine.subscribe(topics.subList(0, 10)));
        for (String topic : topics) {
            var unused = a.engine.relay(topic, a.envelope(topic, 1, topic));
        }
        assertThat(b.texts(2500)).isEqualTo(topics);
        get(b.engine.unsubscribe(topics.subList(1, 2500)));
        get(a.engine.relay("topic.7", a.envelope("topic.7", 2, "unheard")));
        get(a.engine.relay("topic.0", a.envelope("topic.0", 3, "heard")));
        assertThat(b.texts(1)).containsExactly("heard");
        assertThat(b.waiting()).isZero();
    }

    @Test
    void topic_and_payload_may_have_any_characters() {
        String topic = "ü {x} *?[a] \u0000\n\uD83D\uDE00";
        String text = IntStream.range(0, 0x300).mapToObj(Character::toString).reduce("", String::concat);
        get(b.engine.subscribe(List.of(topic)));
        a.append(topic, 1, text);
        assertThat(b.texts(1)).containsExactly(text);
        assertThat(texts(get(b.engine.read(topic, Position.EARLIEST, 10, 1 << 20))))
                .containsExactly(text);
    }

    @Test
    void first_event_continues_the_epoch_of_its_topic() {
        EventLog.Place place = get(a.engine.find(TOPIC, Position.EARLIEST, 1, 1));
        assertThat(place.top().offset()).isZero();
        assertThat(place.top().epoch()).isNotZero();
        assertThat(get(b.engine.find(TOPIC, Position.EARLIEST, 1, 1)).top()).isEqualTo(place.top());
        Engine.Appended first = a.append(TOPIC, 1, "1");
        assertThat(first.position().epoch()).isEqualTo(place.top().epoch());
        assertThat(first.previous()).isZero();
        Engine.Excerpt all = get(b.engine.read(TOPIC, place.top(), 10, 1000));
        assertThat(all.gap()).isNull();
        assertThat(texts(all)).containsExactly("1");
    }

    @Test
    void reads_slices_after_a_position() {
        List<Position> positions = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            positions.add(a.append(TOPIC, i, "" + i).position());
        }
        assertThat(texts(get(b.engine.read(TOPIC, positions.get(7), 10, 10_000))))
                .containsExactly("9", "10");
        assertThat(texts(get(b.engine.read(TOPIC, Position.EARLIEST, 3, 10_000))))
                .containsExactly("1", "2", "3");
        assertThat(texts(get(b.engine.read(TOPIC, positions.get(1), 10, 1)))).containsExactly("3");
        Engine.Excerpt none = get(b.engine.read(TOPIC, positions.get(9), 10, 10_000));
        assertThat(none.envelopes()).isEmpty();
        assertThat(none.gap()).isNull();
    }

    @Test
    void finds_places_within_limits() {
        List<Position> positions = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            positions.add(a.append(TOPIC, i, "" + i).position());
        }
        EventLog.Place place = get(b.engine.find(TOPIC, positions.get(1), 100, 1 << 20));
        assertThat(place)
                .isEqualTo(new EventLog.Place(
                        positions.get(1), positions.get(1), positions.get(8), positions.get(9), null));
        assertThat(get(b.engine.find(TOPIC, positions.get(1), 3, 1 << 20)).limited())
                .isEqualTo(positions.get(6));
        Position byBytes =
                get(b.engine.find(TOPIC, positions.get(1), 100, 1000)).limited();
        assertThat(byBytes.offset()).isGreaterThan(positions.get(1).offset());
        assertThat(get(b.engine.find(TOPIC, Position.EARLIEST, 100, 1 << 20))
                        .start()
                        .offset())
                .isZero();
    }

    @Test
    void tells_what_its_limits_have_removed() {
        TopicSettings.History two = new TopicSettings.History(2, Duration.ofMinutes(1), 1 << 20);
        List<Position> positions = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            positions.add(get(a.engine.append(TOPIC, a.envelope(TOPIC, i, "" + i), two, List.of()))
                    .position());
        }
        Engine.Excerpt excerpt = get(b.engine.read(TOPIC, positions.get(0), 10, 10_000));
        assertThat(texts(excerpt)).containsExactly("4", "5");
        assertThat(excerpt.gap()).isEqualTo(new Gap(TOPIC, positions.get(0), positions.get(2), Gap.Reason.EVICTED));
        assertThat(get(b.engine.read(TOPIC, positions.get(2), 10, 10_000)).gap())
                .isNull();
        EventLog.Place place = get(b.engine.find(TOPIC, positions.get(0), 10, 10_000));
        assertThat(place.gap()).isEqualTo(excerpt.gap());
        assertThat(place.start()).isEqualTo(positions.get(2));
        TopicSettings.History small = new TopicSettings.History(100, Duration.ofMinutes(1), 1);
        get(a.engine.append(TOPIC, a.envelope(TOPIC, 6, "6"), small, List.of()));
        assertThat(texts(get(b.engine.read(TOPIC, Position.EARLIEST, 10, 10_000))))
                .containsExactly("6");
    }

    @Test
    void does_not_believe_positions_of_other_events() {
        Position first = a.append(TOPIC, 1, "1").position();
        a.append(TOPIC, 2, "2");
        for (Position wrong : List.of(
                new Position(first.epoch(), first.offset(), first.check() + 1),
                new Position(first.epoch() + 1, first.offset(), first.check()),
                new Position(first.epoch(), first.offset() + 100, first.check()))) {
            Gap gap = get(b.engine.read(TOPIC, wrong, 10, 10_000)).gap();
            assertThat(gap).extracting(Gap::reason).isEqualTo(Gap.Reason.UNKNOWN);
            assertThat(get(b.engine.find(TOPIC, wrong, 10, 10_000)).gap()).isEqualTo(gap);
        }
    }

    @Test
    void finds_events_by_publication_id() throws EnvelopeException {
        for (int i = 1; i <= 50; i++) {
            a.append(TOPIC, i, "" + i);
        }
        byte[] found = get(b.engine.find(TOPIC, 7));
        assertThat(found).isNotNull();
        assertThat(new String(Envelope.read(found).payload(), UTF_8)).isEqualTo("7");
        assertThat(get(b.engine.find(TOPIC, 77))).isNull();
        assertThat(get(b.engine.find("other", 7))).isNull();
    }

    @Test
    void checks_the_newest_events_of_many_topics() {
        Map<String, Position> newest = new HashMap<>();
        for (int i = 0; i < 1200; i++) {
            newest.put("t" + i, a.append("t" + i, i + 1, "x").position());
        }
        Position other = a.append("t4", 4000, "z").position();
        newest.put("t4", other);
        assertThat(get(b.engine.check(newest))).isEmpty();
        a.append("t3", 5000, "y");
        newest.put("t4", new Position(other.epoch(), other.offset(), other.check() + 1));
        newest.put("never", new Position(1, 0, 0));
        assertThat(get(b.engine.check(newest))).isEqualTo(new HashSet<>(List.of("t3", "t4", "never")));
    }

    @Test
    void cleared_log_tells_a_gap_and_continues() {
        Position first = a.append(TOPIC, 1, "1").position();
        Position second = a.append(TOPIC, 2, "2").position();
        get(a.engine.clear(TOPIC));
        Engine.Excerpt excerpt = get(b.engine.read(TOPIC, first, 10, 10_000));
        assertThat(excerpt.envelopes()).isEmpty();
        assertThat(excerpt.gap()).isEqualTo(new Gap(TOPIC, first, second, Gap.Reason.EVICTED));
        Engine.Appended third = a.append(TOPIC, 3, "3");
        assertThat(third.position().epoch()).isEqualTo(first.epoch());
        assertThat(third.previous()).isEqualTo(second.offset());
        assertThat(get(b.engine.read(TOPIC, second, 10, 10_000)).gap()).isNull();
    }

    @Test
    void counts_the_events_of_a_topic() {
        a.append(TOPIC, 1, "1");
        Position top = a.append(TOPIC, 2, "2").position();
        EventLog.Statistics statistics = get(b.engine.statistics(TOPIC));
        assertThat(statistics.top()).isEqualTo(top);
        assertThat(statistics.events()).isEqualTo(2);
        assertThat(statistics.bytes()).isPositive();
        assertThat(statistics.ageMillis()).isNotNegative();
    }

    @Test
    void frames_reach_one_node_or_all() {
        get(a.engine.send("b", "one".getBytes(UTF_8)));
        get(b.engine.sendAll("all".getBytes(UTF_8)));
        assertThat(take(b.frames)).isEqualTo("one");
        assertThat(take(b.frames)).isEqualTo("all");
        assertThat(take(a.frames)).isEqualTo("all");
        get(a.engine.send("gone", "x".getBytes(UTF_8)));
    }

    @Test
    void closed_engine_is_away_and_fails() {
        a.close();
        assertThat(a.engine.state()).isEqualTo(Engine.State.AWAY);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> a.engine
                        .append(TOPIC, a.envelope(TOPIC, 1, "1"), LIMITS, List.of())
                        .toCompletableFuture()
                        .get(WAIT_SECONDS, SECONDS))
                .withCauseInstanceOf(EventLog.UnavailableException.class);
        assertThat(texts(get(b.engine.read(TOPIC, Position.EARLIEST, 10, 10_000))))
                .isEmpty();
    }
}
