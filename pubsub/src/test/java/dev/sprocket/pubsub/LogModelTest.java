package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.User;
import dev.sprocket.core.flow.OutboundLimit;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of a topic with a log, compared with a model.
 *
 * <p>{@code -Dlog.seeds=1000000} runs more of them, {@code -Dlog.seed=N} one.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LogModelTest {
    private static final int SEEDS_OF_A_RUN = 250;
    private static final int STEPS = 120;
    private static final String TOPIC = "news";

    /** Writes each event as {@code E number position}, and notices likewise, a line each. */
    private static final EventFormat LINES = new EventFormat() {
        @Override
        public Message encode(PublishedEvent published, ByteBufAllocator alloc) {
            return Message.text("E " + published.event().json() + " " + published.position() + "\n");
        }

        @Override
        public Message notice(Notice notice, ByteBufAllocator alloc) {
            if (notice instanceof Notice.Joined joined) {
                return Message.text("J " + joined.position() + "\n");
            }
            if (notice instanceof Notice.Recovered recovered) {
                return Message.text("R " + recovered.position() + "\n");
            }
            Gap gap = ((Notice.Missed) notice).gap();
            return Message.text("G " + gap.from() + " " + gap.to() + " " + gap.reason() + "\n");
        }
    };

    static LongStream seeds() {
        Long one = Long.getLong("log.seed");
        long count = Long.getLong("log.seeds", 1000);
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

    /** Audiences that are restricted in different ways. */
    private enum Kind {
        PUBLISHER(true),
        USERS(true),
        ROLES(true),
        SESSIONS(false),
        OTHER_SESSIONS(false),
        TEST(false);

        /** True if a reader that returns may read the event. */
        final boolean isKept;

        Kind(boolean isKept) {
            this.isKept = isKept;
        }

        boolean includes(String reader, String chosen) {
            return switch (this) {
                case PUBLISHER, OTHER_SESSIONS -> !reader.equals(chosen);
                case USERS, SESSIONS, TEST -> reader.equals(chosen);
                case ROLES -> role(reader).equals(role(chosen));
            };
        }

        Audience audience(String chosen) {
            return switch (this) {
                case PUBLISHER -> Audience.except(chosen);
                case USERS -> Audience.ALL.onlyUsers(List.of(chosen));
                case ROLES -> Audience.ALL.onlyRoles(List.of(role(chosen)));
                case SESSIONS -> Audience.of(List.of(), List.of(chosen));
                case OTHER_SESSIONS -> Audience.of(List.of(chosen), List.of());
                case TEST -> Audience.ALL.only(reader -> reader.id().equals(chosen));
            };
        }

        static String role(String reader) {
            return reader.equals("b") ? "editor" : "guest";
        }
    }

    /**
     * Event as the model knows it.
     *
     * @param sessions number of the session by each reader in the audience; -1 for any
     */
    private record Sent(int number, Map<String, Integer> sessions) {
        boolean isFor(Reader reader) {
            int session = sessions.getOrDefault(reader.name, 0);
            return session == -1 || session == reader.session;
        }
    }

    /** Client that keeps its position over its connections. */
    private static final class Reader {
        final String name;

        @Nullable
        StallingWire wire;

        @Nullable
        Subscriber subscriber;

        String position = "";
        /** Number of the last event that is accounted for; 0 before the first subscription. */
        int known;

        /** Number of the current session, from 1. */
        int session;

        boolean begun;
        boolean stalled;
        /** True after a gap without an end, until the next event. */
        boolean inGap;

        Reader(String name) {
            this.name = name;
        }
    }

    private static final class Run {
        final Random random;
        long now = 1_000_000;
        final MemoryLog log;
        final Topics topics;
        final Topic topic;
        int size = 5;
        /** True if the topic has a history. */
        boolean kept = true;

        final long ttl;
        final Duration window;
        final List<Sent> sent = new ArrayList<>();
        /** Number of an event by its position. */
        final Map<String, Integer> numbers = new HashMap<>();

        /** Number of the first event by epoch. */
        final Map<Long, Integer> firstNumbers = new HashMap<>();

        final List<Reader> readers = List.of(new Reader("a"), new Reader("b"), new Reader("c"));

        Run(long seed) {
            random = new Random(seed);
            ttl = random.nextBoolean() ? 1_000_000 : 200;
            size = 1 + random.nextInt(20);
            window = random.nextInt(4) == 0 ? Duration.ofMillis(10) : Duration.ZERO;
            log = new MemoryLog(random.nextInt(4) == 0 ? 6_000 : 1 << 20, () -> now);
            topics = new Topics(id -> settings(), log);
            topic = topics.topic(TOPIC);
        }

        TopicSettings settings() {
            TopicSettings settings = TopicSettings.DEFAULT.window(window);
            return kept ? settings.history(size, Duration.ofMillis(ttl)) : settings;
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step(readers.get(random.nextInt(readers.size())));
            }
            for (Reader reader : readers) {
                if (reader.wire == null) {
                    connect(reader);
                }
                stall(reader, false);
                deliver(reader);
                receive(reader);
                publish(null, reader.name); // a gap may come with the next event
                deliver(reader);
                receive(reader);
                for (Sent missing : sent.subList(reader.inGap ? sent.size() : reader.known, sent.size())) {
                    assertThat(missing.isFor(reader))
                            .as("%s misses event %s at the end", reader.name, missing.number)
                            .isFalse();
                }
                disconnect(reader);
            }
            assertThat(topics.pendingBytes()).isZero();
            assertThat(topics.size()).isZero();
        }

        void step(Reader reader) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (reader.wire == null) {
                        connect(reader);
                    } else {
                        disconnect(reader);
                    }
                }
                case 1 -> stall(reader, kept && !reader.stalled);
                case 2 -> {
                    now += random.nextInt(100);
                    advance(reader);
                }
                case 3, 4, 5 -> receive(reader);
                case 6 -> {
                    size = 1 + random.nextInt(20);
                    boolean toggles = random.nextInt(4) == 0;
                    kept ^= toggles;
                    if (toggles) {
                        readers.forEach(Run::deliver); // what is queued is not read from the log later
                    }
                    topics.settings(id -> settings());
                    if (!kept) {
                        readAll();
                    }
                }
                case 7 -> {
                    if (random.nextInt(8) == 0) {
                        done(log.clear(TOPIC));
                    }
                    topics.topic("other").broadcast(Event.of("x".repeat(random.nextInt(500))));
                }
                default -> {
                    for (int i = random.nextInt(6); i >= 0; i--) {
                        publish();
                    }
                }
            }
        }

        /** Lets all readers read: without a history, a slow reader would be disconnected. */
        void readAll() {
            for (Reader reader : readers) {
                if (reader.wire != null && random.nextBoolean()) {
                    reader.wire.channel.runPendingTasks();
                }
                stall(reader, false);
                advance(reader);
                receive(reader);
            }
        }

        static void deliver(Reader reader) {
            advance(reader);
            if (reader.wire != null) {
                reader.wire.channel.runPendingTasks();
            }
        }

        static void advance(Reader reader) {
            if (reader.wire != null) {
                reader.wire.channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
                reader.wire.channel.runScheduledPendingTasks();
            }
        }

        void publish() {
            String chosen = readers.get(random.nextInt(readers.size())).name;
            int kind = random.nextInt(2 * Kind.values().length);
            Kind restricted = kind < Kind.values().length ? Kind.values()[kind] : null;
            publish(restricted, chosen);
        }

        void publish(@Nullable Kind restricted, String chosen) {
            Map<String, Integer> sessions = new HashMap<>();
            for (Reader reader : readers) {
                if (restricted == null || restricted.isKept && restricted.includes(reader.name, chosen)) {
                    sessions.put(reader.name, -1);
                } else if (restricted.includes(reader.name, chosen) && reader.wire != null) {
                    sessions.put(reader.name, reader.session);
                }
            }
            Sent event = new Sent(sent.size() + 1, sessions);
            sent.add(event);
            Audience audience = restricted == null ? Audience.ALL : restricted.audience(chosen);
            Published published =
                    done(topic.publish(Event.of(event.number + " " + "x".repeat(random.nextInt(400))), audience));
            Position position = published.position();
            assertThat(position != null).isEqualTo(kept);
            if (position != null) {
                firstNumbers.putIfAbsent(position.epoch(), event.number);
            }
            numbers.put(String.valueOf(published.position()), event.number);
        }

        void connect(Reader reader) {
            StallingWire wire = new StallingWire(new OutboundLimit(2_000, OutboundLimit.Overflow.CLOSE));
            reader.wire = wire;
            wire.channel.freezeTime();
            reader.stalled = false;
            reader.session++;
            User.set(wire.conn(), User.named(reader.name).roles(Kind.role(reader.name)));
            Subscriber subscriber = Subscriber.of(reader.name, wire.conn(), LINES);
            reader.subscriber = subscriber;
            Position after = reader.position.isEmpty() ? null : Position.parse(reader.position);
            Gap.Action onGap = Gap.Action.values()[random.nextInt(3)];
            Subscribed subscribed = done(topic.subscribe(subscriber, after, onGap));
            assertThat(subscribed.top() != null).isEqualTo(kept);
            if (after == null) { // nothing is promised about earlier events
                reader.begun = !kept;
                reader.inGap = false;
                reader.known = sent.size();
            }
        }

        void disconnect(Reader reader) {
            Subscriber subscriber = reader.subscriber;
            StallingWire wire = reader.wire;
            if (subscriber != null && wire != null) {
                subscriber.unsubscribeAll();
                if (random.nextBoolean() && !reader.stalled) {
                    receive(reader);
                }
                advance(reader); // closing the channel would cancel the window
                wire.close();
                wire.received();
                reader.wire = null;
            }
        }

        void stall(Reader reader, boolean stop) {
            if (reader.wire != null) {
                reader.stalled = stop;
                reader.wire.stall(stop);
            }
        }

        void receive(Reader reader) {
            if (reader.wire == null) {
                return;
            }
            assertThat(reader.wire.pendingBytes()).isLessThanOrEqualTo(2_000 + 700);
            assertThat(reader.wire.conn().isOpen())
                    .as("%s is connected", reader.name)
                    .isTrue();
            for (String line : reader.wire.received().split("\n")) {
                if (!line.isEmpty()) {
                    accept(reader, line.split(" "));
                }
            }
        }

        void accept(Reader reader, String[] line) {
            switch (line[0]) {
                case "J" -> {
                    if (!reader.begun) {
                        reader.begun = true;
                        reader.known = number(line[1]);
                    }
                    if (reader.position.isEmpty()) {
                        reader.position = line[1];
                    }
                }
                case "R" -> reader.position = line[1];
                case "G" -> {
                    if (line[2].equals("null")) {
                        reader.inGap = true;
                        return;
                    }
                    int to = number(line[2]);
                    assertThat(to).as("end of the gap of %s", reader.name).isGreaterThanOrEqualTo(reader.known);
                    reader.known = to;
                    reader.position = line[2];
                }
                default -> {
                    int number = Integer.parseInt(line[1].substring(1));
                    assertThat(number).as("next event of %s", reader.name).isGreaterThan(reader.known);
                    assertThat(sent.get(number - 1).isFor(reader)).isTrue();
                    for (int missing = reader.known + 1; missing < number && !reader.inGap; missing++) {
                        assertThat(sent.get(missing - 1).isFor(reader))
                                .as("%s misses event %s before %s", reader.name, missing, number)
                                .isFalse();
                    }
                    reader.known = number;
                    reader.inGap = false;
                    if (!line[line.length - 1].equals("null")) {
                        reader.position = line[line.length - 1];
                        assertThat(number(reader.position)).isEqualTo(number);
                    }
                }
            }
        }

        /** Returns the number of the event at a position; 0 for the beginning. */
        int number(String position) {
            Integer number = numbers.get(position);
            if (number == null) {
                assertThat(Position.parse(position).offset()).isZero();
                return firstNumbers.getOrDefault(Position.parse(position).epoch(), sent.size() + 1) - 1;
            }
            return number;
        }

        @CanIgnoreReturnValue
        static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
            return stage.toCompletableFuture().join();
        }
    }
}
