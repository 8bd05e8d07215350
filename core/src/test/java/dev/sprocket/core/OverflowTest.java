package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.spi.ConflationKey;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of messages for a peer that does not read, under each policy. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class OverflowTest implements MessageComponent<Connection, Message> {
    private static final long LIMIT = 10_000;
    /** With what Netty adds, nine of these fit. */
    private static final int SIZE = 1_000;

    private @Nullable SlowPeer peer;
    private @Nullable Connection conn;
    private int closes;

    @Override
    public void onOpen(Connection opened) {
        conn = opened;
    }

    @Override
    public void onMessage(Connection from, Message message) {}

    @Override
    public void onClose(Connection gone) {
        closes++;
    }

    @AfterEach
    void hang_up() {
        peer().leaves();
        assertThat(closes).isEqualTo(1);
    }

    private SlowPeer peer() {
        return Objects.requireNonNull(peer);
    }

    private Connection conn() {
        return Objects.requireNonNull(conn);
    }

    private void stuck(OverflowPolicy overflow) {
        peer = new SlowPeer(new OutboundLimit(LIMIT, overflow), this);
    }

    private static String text(int number) {
        String head = number + ":";
        return head + "x".repeat(SIZE - head.length());
    }

    /** A topic, say. */
    private record About(String name, @Nullable OverflowPolicy overflow, AtomicInteger onDropped)
            implements ConflationKey {
        About(String name) {
            this(name, null, new AtomicInteger());
        }

        @Override
        public void onDropped(int bytes) {
            onDropped.incrementAndGet();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof About that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    private boolean offer(int number, @Nullable ConflationKey key) {
        boolean taken = PipelineContext.of(conn())
                .outbound()
                .offer(
                        peer().channel.pipeline().lastContext(),
                        Unpooled.copiedBuffer(text(number), StandardCharsets.UTF_8),
                        key);
        peer().channel.runPendingTasks();
        return taken;
    }

    private List<Boolean> offer(int from, int to) {
        List<Boolean> taken = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            taken.add(offer(i, null));
        }
        return taken;
    }

    private List<String> heads() {
        return peer().reads().stream()
                .map(text -> text.substring(0, text.indexOf(':')))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void within_the_limit_nothing_is_lost(OverflowPolicy overflow) {
        stuck(overflow);
        assertThat(offer(1, 9)).doesNotContain(false);
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(DropStats.of(conn()).messages()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whoever_never_reads_costs_no_more_than_the_limit(OverflowPolicy overflow) {
        stuck(overflow);
        for (int i = 0; i < 1_000; i++) {
            offer(i, new About("topic " + i % 100));
            assertThat(PipelineContext.of(conn()).outbound().pendingBytes()).isLessThanOrEqualTo(LIMIT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoever_reads_may_be_sent_any_amount(OverflowPolicy overflow) {
        stuck(overflow);
        peer().reads();
        assertThat(offer(1, 100)).doesNotContain(false);
        assertThat(heads()).hasSize(100);
        assertThat(peer().losses.messages()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void one_message_goes_whatever_its_size_if_nothing_waits(OverflowPolicy overflow) {
        stuck(overflow);
        assertThat(conn().send("x".repeat(30_000))).isTrue();
        assertThat(peer().reads()).containsExactly("x".repeat(30_000));
    }

    @Test
    void close_ends_the_connection_with_one_line_and_counts_it() {
        try (LogLines log = LogLines.record()) {
            stuck(OverflowPolicy.CLOSE);
            assertThat(offer(1, 11)).containsSubsequence(true, true, false, false);
            assertThat(conn().isOpen()).isFalse();
            assertThat(conn().isWritable()).isFalse();
            assertThat(peer().channel.isOpen()).isFalse();
            assertThat(peer().losses.connections()).isEqualTo(1);
            assertThat(DropStats.of(conn()).connections()).isEqualTo(1);
            assertThat(log.with("outbound limit exceeded"))
                    .singleElement()
                    .asString()
                    .contains("pending=9864", "message=1096", "limit=10000");
        }
    }

    @Test
    void drop_newest_keeps_what_waits() {
        stuck(OverflowPolicy.DROP_NEWEST);
        assertThat(offer(1, 12).subList(9, 12)).containsExactly(false, false, false);
        assertThat(peer().losses.messages()).isEqualTo(3);
        assertThat(peer().losses.bytes()).isEqualTo(3 * SIZE);
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(offer(13, null)).isTrue();
        assertThat(heads()).containsExactly("13");
    }

    @Test
    void drop_oldest_keeps_the_latest_behind_what_is_already_on_its_way() {
        stuck(OverflowPolicy.DROP_OLDEST);
        assertThat(offer(1, 30)).doesNotContain(false);
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "27", "28", "29", "30");
        assertThat(DropStats.of(conn()).messages()).isEqualTo(21);
        assertThat(peer().losses.messages()).isEqualTo(21);
    }

    @Test
    void conflate_keeps_the_latest_of_each_topic_in_the_order_of_the_latest() {
        stuck(OverflowPolicy.CONFLATE);
        offer(1, 5);
        offer(6, new About("a"));
        offer(7, new About("b"));
        offer(8, new About("a"));
        offer(9, null);
        offer(10, new About("b"));
        offer(11, null);
        offer(12, new About("a"));
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "9", "10", "11", "12");
        assertThat(peer().losses.messages()).isEqualTo(3);
    }

    @Test
    void conflate_drops_the_oldest_when_there_are_too_many_topics() {
        stuck(OverflowPolicy.CONFLATE);
        for (int i = 1; i <= 20; i++) {
            offer(i, new About("topic " + i));
        }
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "17", "18", "19", "20");
    }

    @Test
    void a_subject_may_have_a_policy_of_its_own_and_hears_what_it_lost() {
        stuck(OverflowPolicy.CLOSE);
        AtomicInteger lost = new AtomicInteger();
        About price = new About("price", OverflowPolicy.CONFLATE, lost);
        offer(1, 5);
        for (int i = 6; i <= 30; i++) {
            offer(i, price);
        }
        offer(31, new About("dropped", OverflowPolicy.DROP_NEWEST, lost));
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "30", "31");
        assertThat(lost).hasValue(24);
        assertThat(conn().isOpen()).isTrue();
    }

    @Test
    void what_a_subject_does_not_allow_to_be_dropped_ends_the_connection() {
        stuck(OverflowPolicy.DROP_OLDEST);
        AtomicInteger lost = new AtomicInteger();
        About order = new About("order", OverflowPolicy.CLOSE, lost);
        for (int i = 1; i <= 12; i++) {
            offer(i, order);
        }
        assertThat(conn().isOpen()).isFalse();
        assertThat(lost).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_OLDEST", "CONFLATE"})
    void what_must_go_keeps_its_place_and_is_not_dropped(OverflowPolicy overflow) {
        stuck(overflow);
        offer(1, 6);
        conn().send(text(7));
        offer(8, 30);
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "7", "28", "29", "30");
    }

    @ParameterizedTest
    @EnumSource
    void what_must_go_and_does_not_fit_ends_the_connection(OverflowPolicy overflow) {
        stuck(overflow);
        int sent = 0;
        while (conn().send("x".repeat(SIZE))) {
            sent++;
            peer().channel.runPendingTasks();
        }
        assertThat(sent).isEqualTo(9);
        assertThat(conn().isOpen()).isFalse();
        assertThat(peer().losses.connections()).isEqualTo(1);
    }

    @Test
    void close_sends_what_waits_first() {
        stuck(OverflowPolicy.DROP_OLDEST);
        offer(1, 30);
        conn().close();
        assertThat(peer().channel.isOpen()).isTrue();
        assertThat(heads()).containsExactly("1", "2", "3", "4", "5", "27", "28", "29", "30");
        assertThat(peer().channel.isOpen()).isFalse();
    }

    @Test
    void drops_are_logged_once_and_then_counted() {
        try (LogLines log = LogLines.record()) {
            stuck(OverflowPolicy.DROP_NEWEST);
            offer(1, 14);
            assertThat(log.with("slow reader")).singleElement().asString().contains("messages=1 bytes=1000");
            peer().advance(1_000);
            offer(15, null);
            offer(16, null);
            peer().leaves();
            PeerLog.flush();
            assertThat(log.with("slow reader")).hasSize(2).last().asString().contains("repeated=6");
        }
    }

    @Test
    void tells_when_it_is_writable_again() {
        stuck(OverflowPolicy.DROP_OLDEST);
        List<String> told = new ArrayList<>();
        conn().onWritable(() -> told.add("at once"));
        peer().channel.runPendingTasks();
        assertThat(told).containsExactly("at once");

        offer(1, 9);
        assertThat(conn().isWritable()).isFalse();
        conn().onWritable(() -> told.add("later"));
        conn().onWritable(() -> {
            throw new IllegalStateException("boom");
        });
        conn().onWritable(() -> told.add("and the next"));
        peer().channel.runPendingTasks();
        assertThat(told).containsExactly("at once");

        peer().reads();
        assertThat(conn().isWritable()).isTrue();
        assertThat(told).containsExactly("at once", "later", "and the next");
    }

    @Test
    void does_not_tell_that_a_closed_connection_is_writable() {
        stuck(OverflowPolicy.DROP_OLDEST);
        List<String> told = new ArrayList<>();
        offer(1, 9);
        conn().onWritable(() -> told.add("never"));
        peer().leaves();
        conn().onWritable(() -> told.add("nor this"));
        peer().channel.runPendingTasks();
        assertThat(told).isEmpty();
    }

    @Test
    void a_limit_of_nothing_is_refused() {
        stuck(OverflowPolicy.CLOSE);
        assertThatThrownBy(() -> new OutboundLimit(0, OverflowPolicy.CLOSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("outbound limit: 0 (expected: >= 1)");
    }
}
