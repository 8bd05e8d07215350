package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.flow.OutboundLimit.Overflow;
import dev.sprocket.core.text.Lines;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gaps that subscribers are told with the next event, or in front of it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class GapDeliveryTest {
    /** Protocols that tell gaps in different ways. */
    private enum Format implements EventFormat {
        WITH_EVENTS,
        NOTICES,
        NEITHER;

        @Override
        public Message encode(PublishedEvent published, ByteBufAllocator alloc) {
            return Message.text(first(published));
        }

        @Override
        public @Nullable Message notice(Notice notice, ByteBufAllocator alloc) {
            return this == NOTICES && notice instanceof Notice.Missed missed
                    ? Message.text("gap " + missed.gap().reason())
                    : null;
        }

        @Override
        public @Nullable Message encodeAfterGap(PublishedEvent published, Gap gap, ByteBufAllocator alloc) {
            return this == WITH_EVENTS ? Message.text("gap " + gap.reason() + " " + first(published)) : null;
        }

        /** Returns the event without its padding. */
        private static String first(PublishedEvent published) {
            return published.event().json().replace("\"", "");
        }
    }

    private final Topics topics = new Topics(id -> switch (id) {
        case "news" -> TopicSettings.DEFAULT.history(3, Duration.ofHours(1));
        case "latest" -> TopicSettings.DEFAULT.slowReaders(Overflow.CONFLATE);
        default -> TopicSettings.DEFAULT;
    });
    private final Topic news = topics.topic("news");
    private final Topic plain = topics.topic("plain");
    private @Nullable StallingWire wire;
    private @Nullable Subscriber subscriber;

    @AfterEach
    void disconnect() {
        if (subscriber != null && wire != null) {
            subscriber.unsubscribeAll();
            wire.received();
            wire.close();
        }
        assertThat(topics.pendingBytes()).isZero();
    }

    private StallingWire connect(Format format, Overflow overflow) {
        StallingWire opened = new StallingWire(new OutboundLimit(2_000, overflow), Lines::new);
        wire = opened;
        subscriber = Subscriber.of("s", opened.conn(), format);
        return opened;
    }

    /** Returns what was received, a notice in front of its event, without padding. */
    private static String received(StallingWire peer) {
        return peer.received().replaceAll("(gap [a-z-]+)\n", "$1 ").replace("x", "");
    }

    private Subscriber subscriber() {
        return Objects.requireNonNull(subscriber);
    }

    private Position publish(int number) {
        Position position =
                news.publish(Event.of(number)).toCompletableFuture().join().position();
        return Objects.requireNonNull(position);
    }

    /** Subscribes to the topic with a log after four events that are not kept. */
    private void subscribeAfterGap(Gap.Action onGap) {
        Position first = publish(1);
        for (int i = 2; i <= 6; i++) {
            assertThat(publish(i)).isNotNull();
        }
        assertThat(news.subscribe(subscriber(), first, onGap)).isCompletedWithValueMatching(s -> s.gap() != null);
    }

    @Test
    void gap_at_the_beginning_comes_with_the_next_event() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.CLOSE);
        subscribeAfterGap(Gap.Action.NONE);
        assertThat(received(peer)).isEmpty();
        news.broadcast(Event.of(7));
        news.broadcast(Event.of(8));

        assertThat(received(peer)).isEqualTo("gap evicted 7\n8\n");
    }

    @Test
    void gap_comes_with_the_first_recovered_event() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.CLOSE);
        subscribeAfterGap(Gap.Action.ALL);
        assertThat(received(peer)).isEqualTo("gap evicted 4\n5\n6\n");
        news.broadcast(Event.of(7));

        assertThat(received(peer)).isEqualTo("7\n");
    }

    @Test
    void gap_waits_for_an_event_that_is_received() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.CLOSE);
        subscribeAfterGap(Gap.Action.NONE);
        news.broadcast(Event.of(7), Audience.except("s"));
        assertThat(received(peer)).isEmpty();
        news.broadcast(Event.of(8));

        assertThat(received(peer)).isEqualTo("gap evicted 8\n");
    }

    @Test
    void gap_stays_with_its_topic_in_a_batch() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.CLOSE);
        plain.subscribe(subscriber());
        subscribeAfterGap(Gap.Action.NONE);
        assertThat(received(peer)).isEmpty();
        plain.broadcast(Event.of("a"));
        news.broadcast(Event.of(7));
        plain.broadcast(Event.of("b"));
        news.broadcast(Event.of(8));

        assertThat(received(peer)).isEqualTo("a\ngap evicted 7\nb\n8\n");
    }

    @Test
    void missing_history_is_told_with_the_next_event() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.CLOSE);
        assertThat(plain.subscribe(subscriber(), Position.EARLIEST)).isCompleted();
        plain.broadcast(Event.of(1));

        assertThat(received(peer)).isEqualTo("gap no-log 1\n");
    }

    @ParameterizedTest
    @EnumSource
    void slow_reader_is_told_what_the_log_has_lost(Format format) {
        StallingWire peer = connect(format, Overflow.CLOSE);
        news.subscribe(subscriber());
        peer.received();
        peer.stall(true);
        for (int i = 0; i < 20; i++) {
            news.broadcast(Event.of(i + "x".repeat(400)));
            peer.channel.runPendingTasks();
        }
        assertThat(peer.conn().isOpen()).isTrue();
        peer.stall(false);
        List<String> lines = received(peer).lines().toList();

        if (format == Format.NEITHER) {
            assertThat(peer.conn().isOpen()).isFalse();
            assertThat(lines).doesNotContain("17");
        } else {
            assertThat(lines).endsWith("gap evicted 17", "18", "19").startsWith("0", "1");
            news.broadcast(Event.of(20));
            assertThat(received(peer)).isEqualTo("20\n");
        }
    }

    @Test
    void gaps_before_the_next_event_merge() {
        Gap first = new Gap("t", new Position(1, 2, 3), new Position(1, 4, 5), Gap.Reason.EXPIRED);
        Gap later = new Gap("t", new Position(1, 6, 7), new Position(1, 8, 9), Gap.Reason.EVICTED);

        assertThat(first.merge(later)).isEqualTo(new Gap("t", first.from(), later.to(), Gap.Reason.EXPIRED));
    }

    @Test
    void gap_at_the_beginning_merges_with_a_later_one() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.CLOSE);
        subscribeAfterGap(Gap.Action.NONE);
        peer.received();
        for (int i = 0; i < 20; i++) { // the queue delivers none of them: they are for others
            news.broadcast(Event.of(i), Audience.except("s"));
        }
        assertThat(received(peer)).isEmpty();
        news.broadcast(Event.of(20));

        assertThat(received(peer)).isEqualTo("gap evicted 20\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"WITH_EVENTS", "NOTICES", "NEITHER"})
    void dropped_event_is_marked_on_the_next(Format format) {
        StallingWire peer = connect(format, Overflow.DROP_NEWEST);
        plain.subscribe(subscriber());
        peer.received();
        peer.stall(true);
        for (int i = 0; i < 9; i++) {
            plain.broadcast(Event.of(i + "x".repeat(400)));
            peer.channel.runPendingTasks();
        }
        peer.stall(false);
        assertThat(received(peer)).isEqualTo("0\n1\n2\n3\n");
        plain.broadcast(Event.of(9));
        plain.broadcast(Event.of(10));

        String mark = format == Format.NEITHER ? "" : "gap dropped ";
        assertThat(received(peer)).isEqualTo(mark + "9\n10\n");
        assertThat(plain.dropStats().messages()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"WITH_EVENTS", "NOTICES"})
    void oldest_events_dropped_are_marked_on_a_later(Format format) {
        StallingWire peer = connect(format, Overflow.DROP_OLDEST);
        plain.subscribe(subscriber());
        peer.received();
        peer.stall(true);
        for (int i = 0; i < 9; i++) {
            plain.broadcast(Event.of(i + "x".repeat(400)));
            peer.channel.runPendingTasks();
        }
        plain.broadcast(Event.of(9));
        peer.channel.runPendingTasks();
        peer.stall(false);
        String received = received(peer);

        assertThat(received).contains("gap dropped ").endsWith("9\n").doesNotContain("3\n");
        plain.broadcast(Event.of(10));
        plain.broadcast(Event.of(11));
        assertThat(received(peer)).endsWith("11\n").doesNotContain("gap dropped 11");
    }

    @Test
    void drop_of_one_topic_is_not_marked_on_another() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.DROP_NEWEST);
        Topic other = topics.topic("other");
        plain.subscribe(subscriber());
        other.subscribe(subscriber());
        peer.received();
        peer.stall(true);
        for (int i = 0; i < 9; i++) {
            plain.broadcast(Event.of(i + "x".repeat(400)));
            peer.channel.runPendingTasks();
        }
        peer.stall(false);
        peer.received();
        other.broadcast(Event.of("o"));
        plain.broadcast(Event.of(9));
        other.broadcast(Event.of("p"));

        assertThat(received(peer)).isEqualTo("o\ngap dropped 9\np\n");
    }

    @Test
    void conflated_events_are_no_loss() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.DROP_NEWEST);
        Topic latest = topics.topic("latest");
        latest.subscribe(subscriber());
        peer.received();
        peer.stall(true);
        for (int i = 0; i < 9; i++) {
            latest.broadcast(Event.of(i + "x".repeat(400)));
            peer.channel.runPendingTasks();
        }
        peer.stall(false);
        assertThat(received(peer)).endsWith("8\n").doesNotContain("gap");
        latest.broadcast(Event.of(9));

        assertThat(received(peer)).isEqualTo("9\n");
        assertThat(latest.dropStats().messages()).isPositive();
    }

    @Test
    void subscriber_that_left_is_not_told() {
        StallingWire peer = connect(Format.WITH_EVENTS, Overflow.DROP_NEWEST);
        plain.subscribe(subscriber());
        plain.subscribe(Subscriber.of("other", peer.channel.eventLoop(), (topic, event) -> {}));
        peer.received();
        peer.stall(true);
        for (int i = 0; i < 9; i++) {
            plain.broadcast(Event.of(i + "x".repeat(400)));
            peer.channel.runPendingTasks();
        }
        peer.stall(false);
        plain.unsubscribe(subscriber());
        peer.received();
        plain.subscribe(subscriber());
        plain.broadcast(Event.of(9));

        assertThat(received(peer)).isEqualTo("9\n");
        plain.subscribers().forEach(plain::unsubscribe);
    }
}
