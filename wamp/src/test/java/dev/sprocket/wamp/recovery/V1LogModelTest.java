package dev.sprocket.wamp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.WampPeer;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
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
 * Random histories of a topic and pages of WAMP v1, compared with a model.
 *
 * <p>Each page hears each event at least once, or is told a gap. {@code -Dlog.seeds=1000000} runs more histories,
 * {@code -Dlog.seed=N} one.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V1LogModelTest {
    private static final int SEEDS_OF_A_RUN = 100;
    private static final int STEPS = 120;
    private static final OutboundLimit LIMIT = new OutboundLimit(8_000, OutboundLimit.Overflow.CLOSE);

    static LongStream seeds() {
        Long one = Long.getLong("log.seed");
        long count = Long.getLong("log.seeds", 300);
        return one != null
                ? LongStream.of(one)
                : LongStream.iterate(0, seed -> seed < count, seed -> seed + SEEDS_OF_A_RUN);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void each_event_arrives_or_lies_within_a_gap(long first) {
        int count = Long.getLong("log.seed") != null ? 1 : SEEDS_OF_A_RUN;
        int closed = 0;
        int told = 0;
        for (long seed = first; seed < first + count; seed++) {
            Run run = new Run(seed);
            try {
                run.run();
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + e.getMessage() + " (repeat with -Dlog.seed=" + seed + ")", e);
            }
            closed += run.closed;
            told += run.told;
        }
        if (count > 1) {
            assertThat(closed).as("connections closed because of a gap").isPositive();
            assertThat(told).as("gaps on live connections").isPositive();
        }
    }

    /**
     * Event as the model knows it.
     *
     * @param except session that may not receive it
     * @param only session that alone may receive it
     * @param owner page of this session; it need not receive the event
     */
    private record Sent(@Nullable String except, @Nullable String only, @Nullable Page owner) {
        boolean isRequired(Page page) {
            return only == null && page != owner;
        }

        boolean isAllowed(String session) {
            return !session.equals(except) && (only == null || only.equals(session));
        }
    }

    /** Page that keeps its position over its connections. */
    private static final class Page {
        final String name;
        final boolean hearsGaps;

        @Nullable
        WampPeer peer;

        String session = "";
        boolean stalled;
        /** True when the missed events of this connection have been recovered. */
        boolean recovered;
        /** Number of the last event that this connection has received. */
        int last;
        /** Number up to which answers to this connection have covered the events. */
        int covered;

        String position = "";
        /** Number of the last event before the first position. */
        int base;

        final BitSet heard = new BitSet();
        final BitSet told = new BitSet();

        Page(String name, boolean hearsGaps) {
            this.name = name;
            this.hearsGaps = hearsGaps;
        }
    }

    private static final class Run {
        final Random random;
        final Duration window;
        final long memory;
        final List<Sent> sent = new ArrayList<>();
        /** Number of an event by its position. */
        final Map<String, Integer> numbers = new HashMap<>();
        /** Number of events before each epoch. */
        final Map<Long, Integer> epochs = new HashMap<>();

        final List<Page> pages = List.of(new Page("a", true), new Page("b", true), new Page("c", false));
        int size;
        int closed;
        int told;
        Topics topics;
        WsServer server;

        Run(long seed) {
            random = new Random(seed);
            size = 1 + random.nextInt(20);
            window = random.nextInt(4) == 0 ? Duration.ofMillis(10) : Duration.ZERO;
            memory = random.nextInt(4) == 0 ? 6_000 : 1 << 20;
            topics = newTopics();
            server = newServer();
        }

        private Topics newTopics() {
            return new Topics(id -> settings(), new MemoryLog(memory));
        }

        private WsServer newServer() {
            return new WsServer(new WampServer(new OpenApp(), topics, WampOptions.DEFAULT));
        }

        TopicSettings settings() {
            return TopicSettings.DEFAULT.window(window).history(size, Duration.ofHours(1));
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step(pages.get(random.nextInt(pages.size())));
            }
            for (Page page : pages) {
                finish(page);
            }
            assertThat(topics.pendingBytes()).isZero();
            assertThat(topics.size()).isZero();
        }

        void finish(Page page) {
            stall(page, false);
            receive(page);
            publish(Audience.ALL, new Sent(null, null, null)); // gaps are told before it
            receive(page);
            if (page.peer == null) {
                connect(page);
            }
            receive(page);
            askPosition(page);
            receive(page);
            assertThat(page.recovered).as("%s has recovered", page.name).isTrue();
            assertAccounted(page, sent.size());
            disconnect(page);
        }

        void step(Page page) {
            switch (random.nextInt(14)) {
                case 0 -> {
                    if (page.peer == null) {
                        connect(page);
                    } else {
                        disconnect(page);
                    }
                }
                case 1, 2 -> stall(page, !page.stalled);
                case 3 -> advance(page);
                case 4, 5, 6 -> receive(page);
                case 7 -> {
                    size = 1 + random.nextInt(20);
                    topics.settings(id -> settings());
                }
                case 8 -> {
                    int kind = random.nextInt(24);
                    if (kind == 0) {
                        restart();
                    } else if (kind < 3) {
                        topics.log().clear("news").toCompletableFuture().join();
                    }
                    topics.topic("other").broadcast(Event.of("x".repeat(random.nextInt(500))));
                }
                case 9 -> askPosition(page);
                default -> {
                    for (int i = random.nextInt(6); i >= 0; i--) {
                        publish();
                    }
                }
            }
        }

        void restart() {
            pages.forEach(this::disconnect);
            topics = newTopics();
            server = newServer();
        }

        void publish() {
            Page page = pages.get(random.nextInt(pages.size()));
            String session = page.peer == null ? "gone" : page.session;
            int kind = random.nextInt(6);
            Audience audience = kind == 0
                    ? Audience.except(session)
                    : kind == 1 ? Audience.of(List.of(), List.of(session)) : Audience.ALL;
            Page owner = kind == 0 && page.peer != null ? page : null;
            publish(audience, new Sent(kind == 0 ? session : null, kind == 1 ? session : null, owner));
        }

        void publish(Audience audience, Sent event) {
            sent.add(event);
            Published published = topics.topic("news")
                    .publish(Event.of(sent.size() + " " + "x".repeat(random.nextInt(400))), audience)
                    .toCompletableFuture()
                    .join();
            Position position = Objects.requireNonNull(published.position());
            numbers.put(position.toString(), sent.size());
            if (position.offset() == 1) {
                epochs.put(position.epoch(), sent.size() - 1);
            }
        }

        void connect(Page page) {
            WampPeer peer = new WampPeer(server, "wamp", Unpooled.EMPTY_BUFFER, LIMIT);
            peer.channel.freezeTime();
            page.peer = peer;
            page.session = JsonParser.parseString(peer.received().get(0))
                    .getAsJsonArray()
                    .get(1)
                    .getAsString();
            page.stalled = false;
            page.recovered = false;
            page.last = 0;
            page.covered = 0;
            if (page.hearsGaps) {
                peer.send("[5,\"sprocket.gap\"]");
            }
            peer.send("[5,\"news\"]");
            if (page.position.isEmpty()) {
                askPosition(page);
            } else {
                recover(page);
            }
        }

        void askPosition(Page page) {
            if (page.peer != null) {
                page.peer.send("[2,\"p\",\"sprocket.position\",\"news\"]");
            }
        }

        void recover(Page page) {
            int limit = 1 + random.nextInt(8);
            Objects.requireNonNull(page.peer)
                    .send("[2,\"r\",\"sprocket.recover\",\"news\",\"" + page.position + "\"," + limit + "]");
        }

        void disconnect(Page page) {
            WampPeer peer = page.peer;
            if (peer == null) {
                return;
            }
            if (random.nextBoolean() && !page.stalled) {
                receive(page);
            }
            advance(page); // closing the channel would cancel the window
            peer.stall(false);
            peer.disconnect();
            peer.close();
            page.peer = null;
        }

        void stall(Page page, boolean stop) {
            if (page.peer != null) {
                page.stalled = stop;
                page.peer.stall(stop);
            }
        }

        static void advance(Page page) {
            if (page.peer != null) {
                page.peer.channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
                page.peer.channel.runScheduledPendingTasks();
            }
        }

        void receive(Page page) {
            for (int empty = 0; page.peer != null && empty < 2; ) {
                advance(page);
                List<String> messages = page.peer.received();
                empty = messages.isEmpty() ? empty + 1 : 0;
                for (String message : messages) {
                    if (!message.startsWith("close ")) {
                        accept(page, JsonParser.parseString(message).getAsJsonArray());
                    }
                }
                if (!page.peer.isConnected()) { // it cannot be told what it missed
                    assertThat(page.hearsGaps).as("%s is closed", page.name).isFalse();
                    page.peer.close();
                    page.peer = null;
                    closed++;
                }
            }
        }

        void accept(Page page, JsonArray message) {
            if (message.get(0).getAsInt() == 3) {
                if (message.get(1).getAsString().equals("p")) {
                    acceptPosition(page, message.get(2).getAsString());
                } else {
                    acceptRecovered(page, message.get(2).getAsJsonObject());
                }
                return;
            }
            assertThat(message.get(0).getAsInt()).as("%s", message).isEqualTo(8);
            if (message.get(1).getAsString().equals("sprocket.gap")) {
                acceptGap(page, message.get(2).getAsJsonObject());
                told++;
                return;
            }
            int number = number(message.get(2));
            assertThat(number).as("next event of %s", page.name).isGreaterThan(Math.max(page.last, page.covered));
            accept(page, number);
            page.last = number;
        }

        void accept(Page page, int number) {
            assertThat(sent.get(number - 1).isAllowed(page.session))
                    .as("%s may receive %s", page.name, number)
                    .isTrue();
            page.heard.set(number);
        }

        void acceptPosition(Page page, String position) {
            int number = number(position);
            covers(page, number);
            if (page.position.isEmpty()) {
                page.base = number;
                page.recovered = true;
            }
            if (page.recovered) {
                assertAccounted(page, number);
                page.position = position;
            }
        }

        void acceptRecovered(Page page, JsonObject answer) {
            if (!answer.get("gap").isJsonNull()) {
                acceptGap(page, answer.getAsJsonObject("gap"));
            }
            int before = 0;
            for (JsonElement event : answer.getAsJsonArray("events")) {
                int number = number(event.getAsJsonObject().get("event"));
                assertThat(number).isGreaterThan(before);
                assertThat(number(event.getAsJsonObject().get("position").getAsString()))
                        .isEqualTo(number);
                accept(page, number);
                before = number;
            }
            page.position = answer.get("position").getAsString();
            assertAccounted(page, number(page.position));
            if (answer.get("complete").getAsBoolean()) {
                covers(page, number(page.position));
                page.recovered = true;
            } else {
                recover(page);
            }
        }

        /** An answer follows the events that it covers, and precedes all others. */
        static void covers(Page page, int number) {
            assertThat(number).as("covered by an answer to %s", page.name).isGreaterThanOrEqualTo(page.last);
            page.covered = Math.max(page.covered, number);
        }

        void acceptGap(Page page, JsonObject gap) {
            int from = number(gap.get("from").getAsString());
            int to = number(gap.get("to").getAsString());
            assertThat(to).isGreaterThanOrEqualTo(from);
            page.told.set(from + 1, to + 1);
        }

        /** Checks that a page has heard or been told of all events. */
        void assertAccounted(Page page, int number) {
            for (int missing = page.base + 1; missing <= number; missing++) {
                assertThat(page.heard.get(missing)
                                || page.told.get(missing)
                                || !sent.get(missing - 1).isRequired(page))
                        .as("%s misses event %s of %s", page.name, missing, number)
                        .isTrue();
            }
        }

        static int number(JsonElement event) {
            String text = event.getAsString();
            return Integer.parseInt(text.substring(0, text.indexOf(' ')));
        }

        /** Returns the number of the event at a position. */
        int number(String position) {
            Position parsed = Position.parse(position);
            if (parsed.offset() == 0) {
                return epochs.computeIfAbsent(parsed.epoch(), epoch -> sent.size());
            }
            return Objects.requireNonNull(numbers.get(position));
        }
    }
}
