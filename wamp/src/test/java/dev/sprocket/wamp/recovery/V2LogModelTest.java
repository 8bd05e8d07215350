package dev.sprocket.wamp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.StallingPeer;
import dev.sprocket.wamp.server.WampServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of a log, read by WAMP v2 sessions and compared with a model.
 *
 * <p>{@code -Dlog.seeds=1000000} runs more of them, {@code -Dlog.seed=N} one.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2LogModelTest {
    private static final int SEEDS_OF_A_RUN = 50;
    private static final int STEPS = 120;
    private static final String TOPIC = "news";

    static LongStream seeds() {
        Long one = Long.getLong("log.seed");
        long count = Long.getLong("log.seeds", 200);
        return one != null
                ? LongStream.of(one)
                : LongStream.iterate(0, seed -> seed < count, seed -> seed + SEEDS_OF_A_RUN);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void each_event_arrives_once_or_within_a_gap(long first) {
        int count = Long.getLong("log.seed") != null ? 1 : SEEDS_OF_A_RUN;
        for (long seed = first; seed < first + count; seed++) {
            try {
                new Run(seed).run();
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + e.getMessage() + " (repeat with -Dlog.seed=" + seed + ")", e);
            }
        }
    }

    /**
     * Event as the model knows it.
     *
     * @param publisher session that has published it and does not receive it; null for the server
     */
    private record Sent(int number, @Nullable String publisher, @Nullable String except, @Nullable String only) {
        boolean isFor(String session) {
            return !session.equals(publisher) && !session.equals(except) && (only == null || only.equals(session));
        }

        /** Reports whether a query may return it. */
        boolean isKeptFor(String session) {
            return except == null && only == null && isFor(session);
        }
    }

    /**
     * Call of {@code get_events}.
     *
     * @param after number of the event after which events are asked for
     * @param limit maximum number of events
     */
    private record Query(int after, int limit) {}

    /** Client that keeps its position over its sessions. */
    private static final class Reader {
        @Nullable
        StallingPeer peer;

        String subscription = "";
        String position = "";
        /** Number of the last event that is accounted for; -1 before the first position. */
        int known = -1;

        final Map<Integer, Query> queries = new HashMap<>();

        StallingPeer peer() {
            return Objects.requireNonNull(peer);
        }
    }

    private static final class Run {
        final Random random;
        final MemoryLog log;
        final Topics topics;
        final Topic topic;
        final WampServer server;
        int size;
        final Duration window;
        final List<Sent> sent = new ArrayList<>();
        /** Number of an event by its position. */
        final Map<String, Integer> numbers = new HashMap<>();

        final List<Reader> readers = List.of(new Reader(), new Reader(), new Reader());

        Run(long seed) {
            random = new Random(seed);
            size = 1 + random.nextInt(20);
            window = random.nextInt(4) == 0 ? Duration.ofMillis(10) : Duration.ZERO;
            log = new MemoryLog(random.nextInt(4) == 0 ? 6_000 : 1 << 20);
            topics = new Topics(id -> settings(), log);
            topic = topics.topic(TOPIC);
            server = new WampServer(new OpenApp(), topics);
        }

        TopicSettings settings() {
            return TopicSettings.DEFAULT.window(window).history(size, Duration.ofHours(1));
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step(readers.get(random.nextInt(readers.size())));
            }
            for (Reader reader : readers) {
                if (reader.peer == null) {
                    connect(reader);
                }
                reader.peer().stall(false);
                advance(reader);
                receive(reader);
            }
            publish(0, 0); // tells the last gaps
            for (Reader reader : readers) {
                advance(reader);
                receive(reader);
                assertThat(reader.known).as("last event").isEqualTo(sent.size());
                assertThat(reader.queries).as("calls without an answer").isEmpty();
                disconnect(reader);
            }
            assertThat(topics.pendingBytes()).isZero();
            assertThat(topics.size()).isZero();
        }

        void step(Reader reader) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (reader.peer == null) {
                        connect(reader);
                    } else {
                        disconnect(reader);
                    }
                }
                case 1 -> {
                    if (reader.peer != null) {
                        reader.peer.stall(!reader.peer.isStalled());
                    }
                }
                case 2 -> advance(reader);
                case 3, 4, 5 -> receive(reader);
                case 6 -> query(reader);
                case 7 -> {
                    size = 1 + random.nextInt(20);
                    topics.settings(id -> settings());
                }
                case 8 -> {
                    if (random.nextInt(8) == 0) {
                        var cleared = log.clear(TOPIC);
                        assertThat(cleared).isCompleted();
                    }
                    topics.topic("other").broadcast(Event.of("x".repeat(random.nextInt(500))));
                }
                default -> {
                    for (int i = random.nextInt(6); i >= 0; i--) {
                        publish(random.nextInt(8), random.nextInt(300));
                    }
                }
            }
        }

        static void advance(Reader reader) {
            if (reader.peer != null) {
                reader.peer.channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
                reader.peer.channel.runScheduledPendingTasks();
            }
        }

        void publish(int kind, int length) {
            StallingPeer peer = readers.get(random.nextInt(readers.size())).peer;
            String session = peer == null ? "0" : peer.session;
            int number = sent.size() + 1;
            String text = "x".repeat(length);
            if (kind == 1 && peer != null && !peer.isStalled()) {
                sent.add(new Sent(number, session, null, null));
                peer.send(16, "{},\"" + TOPIC + "\",[\"" + number + " " + text + "\"]");
            } else {
                sent.add(new Sent(number, null, kind == 2 ? session : null, kind == 3 ? session : null));
                Audience audience = kind == 2
                        ? Audience.except(session)
                        : kind == 3 ? Audience.of(List.of(), List.of(session)) : Audience.ALL;
                topic.broadcast(Event.of(number + " " + text), audience);
            }
            numbers.put(top(), number);
        }

        String top() {
            return log.statistics(TOPIC).toCompletableFuture().join().top().toString();
        }

        void connect(Reader reader) {
            StallingPeer peer = new StallingPeer(server, new OutboundLimit(8_000, OutboundLimit.Overflow.CLOSE));
            reader.peer = peer;
            String action = List.of("none", "newest", "all").get(random.nextInt(3));
            String after = reader.position.isEmpty()
                    ? ""
                    : "\"_after\":\"" + reader.position + "\",\"_on_gap\":\"" + action + "\"";
            peer.send(32, "{" + after + "},\"" + TOPIC + "\"");
            List<JsonArray> received = peer.received();
            JsonArray subscribed = received.get(0);
            assertThat(subscribed.get(0).getAsInt()).as("SUBSCRIBED is first").isEqualTo(33);
            reader.subscription = subscribed.get(2).getAsString();
            received.subList(1, received.size()).forEach(message -> accept(reader, message));
            if (reader.position.isEmpty()) {
                call(reader, new Query(0, 0), "\"limit\":0");
            }
        }

        /** Asks for the events after a position, while others are published. */
        void query(Reader reader) {
            if (reader.peer == null || reader.peer.isStalled() || reader.position.isEmpty()) {
                return;
            }
            int limit = random.nextInt(4);
            call(
                    reader,
                    new Query(number(reader.position), limit),
                    "\"limit\":" + limit + ",\"after_position\":\"" + reader.position + "\"");
            for (int i = random.nextInt(3); i > 0; i--) {
                publish(random.nextInt(8), 10);
            }
            receive(reader);
        }

        void call(Reader reader, Query query, String keywords) {
            int request = reader.peer()
                    .send(48, "{},\"wamp.subscription.get_events\",[" + reader.subscription + "],{" + keywords + "}");
            reader.queries.put(request, query);
        }

        void disconnect(Reader reader) {
            StallingPeer peer = reader.peer();
            if (random.nextBoolean() && !peer.isStalled()) {
                receive(reader);
            }
            advance(reader); // closing the channel would cancel the window
            peer.close();
            reader.peer = null;
            reader.queries.clear();
        }

        void receive(Reader reader) {
            if (reader.peer == null) {
                return;
            }
            reader.peer.received().forEach(message -> accept(reader, message));
            assertThat(reader.peer.channel.isOpen()).as("connected").isTrue();
        }

        void accept(Reader reader, JsonArray message) {
            switch (message.get(0).getAsInt()) {
                case 36 -> event(reader, message);
                case 50 -> result(reader, message);
                default -> throw new AssertionError("unexpected " + message);
            }
        }

        void event(Reader reader, JsonArray message) {
            JsonObject details = message.get(3).getAsJsonObject();
            JsonElement gap = details.get("_gap");
            if (gap != null) {
                // the answer to a query may have told it before
                reader.known = Math.max(
                        reader.known, number(gap.getAsJsonObject().get("to").getAsString()));
            }
            int number = number(message.get(4));
            assertThat(number).as("next event").isGreaterThan(reader.known);
            assertThat(sent.get(number - 1).isFor(reader.peer().session)).isTrue();
            if (reader.known >= 0) {
                passesOnlyOthers(reader, number - 1);
            }
            reader.known = number;
            reader.position = details.get("_position").getAsString();
            assertThat(number(reader.position)).isEqualTo(number);
        }

        /** Checks that a reader has missed none of its events up to a number. */
        void passesOnlyOthers(Reader reader, int to) {
            for (int missing = reader.known + 1; missing <= to; missing++) {
                assertThat(sent.get(missing - 1).isFor(reader.peer().session))
                        .as("event %s was missed before %s", missing, to + 1)
                        .isFalse();
            }
        }

        void result(Reader reader, JsonArray message) {
            Query query =
                    Objects.requireNonNull(reader.queries.remove(message.get(1).getAsInt()));
            JsonObject keywords = message.get(4).getAsJsonObject();
            String position = keywords.get("position").getAsString();
            JsonElement gap = keywords.get("gap");
            boolean complete = keywords.get("complete").getAsBoolean();
            int end = number(position);
            List<Integer> returned = new ArrayList<>();
            for (JsonElement entry : message.get(3).getAsJsonArray()) {
                returned.add(number(entry.getAsJsonObject().get("args")));
            }
            assertThat(returned).isSorted().hasSizeLessThanOrEqualTo(query.limit);
            int from = gap.isJsonNull()
                    ? query.after
                    : number(gap.getAsJsonObject().get("to").getAsString());
            for (int number = from + 1; number <= end && query.limit > 0; number++) {
                if (sent.get(number - 1).isKeptFor(reader.peer().session)) {
                    assertThat(returned).as("events up to %s", end).contains(number);
                }
            }
            if (gap.isJsonNull()) {
                assertThat(returned).allSatisfy(number -> assertThat(number)
                        .as("behind what it covers")
                        .isGreaterThan(query.after)
                        .isLessThanOrEqualTo(reader.known));
            }
            if (query.limit == 0 || complete) { // then it ends where the reader is
                if (gap.isJsonNull() && reader.known >= 0) {
                    passesOnlyOthers(reader, end);
                }
                assertThat(end).as("position").isGreaterThanOrEqualTo(reader.known);
                reader.known = end;
                reader.position = position;
            }
        }

        int number(JsonElement arguments) {
            String text = arguments.getAsJsonArray().get(0).getAsString();
            return Integer.parseInt(text.substring(0, text.indexOf(' ')));
        }

        /** Returns the number of the event at a position; 0 for the beginning. */
        int number(String position) {
            Integer number = numbers.get(position);
            if (number == null) {
                assertThat(Position.parse(position).offset()).isZero();
                return 0;
            }
            return number;
        }
    }
}
