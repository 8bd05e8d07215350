package dev.sprocket.core.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.ConflationKey;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.LogLines;
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

/** Tests each policy with a peer that does not read. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class OverflowTest implements MessageComponent<Connection, Message> {
    private static final long LIMIT = 10_000;
    /** With Netty's overhead, nine of these fit into the limit. */
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
    void disconnect() {
        peer().disconnect();
        assertThat(closes).isEqualTo(1);
    }

    private SlowPeer peer() {
        return Objects.requireNonNull(peer);
    }

    private Connection conn() {
        return Objects.requireNonNull(conn);
    }

    private void connectSlowPeer(OutboundLimit.Overflow overflow) {
        peer = new SlowPeer(new OutboundLimit(LIMIT, overflow), this);
    }

    private static String text(int number) {
        String head = number + ":";
        return head + "x".repeat(SIZE - head.length());
    }

    /** Key with its own policy, which counts dropped messages. */
    private record TestKey(String name, OutboundLimit.@Nullable Overflow overflow, AtomicInteger dropped)
            implements ConflationKey {
        TestKey(String name) {
            this(name, null, new AtomicInteger());
        }

        @Override
        public void onDropped(int bytes) {
            dropped.incrementAndGet();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TestKey that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    @CanIgnoreReturnValue
    private boolean offer(int number, @Nullable ConflationKey key) {
        boolean accepted = PipelineContext.of(conn())
                .outbound()
                .offer(
                        peer().channel.pipeline().lastContext(),
                        Unpooled.copiedBuffer(text(number), StandardCharsets.UTF_8),
                        key);
        peer().channel.runPendingTasks();
        return accepted;
    }

    @CanIgnoreReturnValue
    private List<Boolean> offer(int from, int to) {
        List<Boolean> accepted = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            accepted.add(offer(i, null));
        }
        return accepted;
    }

    private List<String> numbers() {
        return peer().read().stream()
                .map(text -> text.substring(0, text.indexOf(':')))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void drops_nothing_within_the_limit(OutboundLimit.Overflow overflow) {
        connectSlowPeer(overflow);
        assertThat(offer(1, 9)).doesNotContain(false);
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(IoServer.dropStats(conn()).messages()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void pending_bytes_never_exceed_the_limit(OutboundLimit.Overflow overflow) {
        connectSlowPeer(overflow);
        for (int i = 0; i < 1_000; i++) {
            offer(i, new TestKey("topic " + i % 100));
            assertThat(PipelineContext.of(conn()).outbound().pendingBytes()).isLessThanOrEqualTo(LIMIT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void reader_receives_any_amount(OutboundLimit.Overflow overflow) {
        connectSlowPeer(overflow);
        peer().read();
        assertThat(offer(1, 100)).doesNotContain(false);
        assertThat(numbers()).hasSize(100);
        assertThat(peer().dropStats.messages()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void single_message_of_any_size_is_accepted(OutboundLimit.Overflow overflow) {
        connectSlowPeer(overflow);
        assertThat(conn().send("x".repeat(30_000))).isTrue();
        assertThat(peer().read()).containsExactly("x".repeat(30_000));
    }

    @Test
    void close_policy_logs_and_counts_the_connection() {
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            connectSlowPeer(OutboundLimit.Overflow.CLOSE);
            assertThat(offer(1, 11)).containsSubsequence(true, true, false, false);
            assertThat(conn().isOpen()).isFalse();
            assertThat(conn().isWritable()).isFalse();
            assertThat(peer().channel.isOpen()).isFalse();
            assertThat(peer().dropStats.connections()).isEqualTo(1);
            assertThat(IoServer.dropStats(conn()).connections()).isEqualTo(1);
            assertThat(log.containing("outbound limit exceeded"))
                    .singleElement()
                    .asString()
                    .contains("pendingBytes=9864", "messageBytes=1096", "limitBytes=10000");
        }
    }

    @Test
    void drop_newest_keeps_pending_messages() {
        connectSlowPeer(OutboundLimit.Overflow.DROP_NEWEST);
        assertThat(offer(1, 12).subList(9, 12)).containsExactly(false, false, false);
        assertThat(peer().dropStats.messages()).isEqualTo(3);
        assertThat(peer().dropStats.bytes()).isEqualTo(3 * SIZE);
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(offer(13, null)).isTrue();
        assertThat(numbers()).containsExactly("13");
    }

    @Test
    void drop_oldest_keeps_messages_in_channel_and_latest() {
        connectSlowPeer(OutboundLimit.Overflow.DROP_OLDEST);
        assertThat(offer(1, 30)).doesNotContain(false);
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "27", "28", "29", "30");
        assertThat(IoServer.dropStats(conn()).messages()).isEqualTo(21);
        assertThat(peer().dropStats.messages()).isEqualTo(21);
    }

    @Test
    void conflate_keeps_latest_message_per_key_in_order() {
        connectSlowPeer(OutboundLimit.Overflow.CONFLATE);
        offer(1, 5);
        offer(6, new TestKey("a"));
        offer(7, new TestKey("b"));
        offer(8, new TestKey("a"));
        offer(9, null);
        offer(10, new TestKey("b"));
        offer(11, null);
        offer(12, new TestKey("a"));
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "9", "10", "11", "12");
        assertThat(peer().dropStats.messages()).isEqualTo(3);
    }

    @Test
    void conflate_drops_oldest_with_too_many_keys() {
        connectSlowPeer(OutboundLimit.Overflow.CONFLATE);
        for (int i = 1; i <= 20; i++) {
            offer(i, new TestKey("topic " + i));
        }
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "17", "18", "19", "20");
    }

    @Test
    void key_can_set_policy_and_is_notified() {
        connectSlowPeer(OutboundLimit.Overflow.CLOSE);
        AtomicInteger dropped = new AtomicInteger();
        TestKey price = new TestKey("price", OutboundLimit.Overflow.CONFLATE, dropped);
        offer(1, 5);
        for (int i = 6; i <= 30; i++) {
            offer(i, price);
        }
        offer(31, new TestKey("dropped", OutboundLimit.Overflow.DROP_NEWEST, dropped));
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "30", "31");
        assertThat(dropped).hasValue(24);
        assertThat(conn().isOpen()).isTrue();
    }

    @Test
    void close_policy_of_key_closes_the_connection() {
        connectSlowPeer(OutboundLimit.Overflow.DROP_OLDEST);
        AtomicInteger dropped = new AtomicInteger();
        TestKey order = new TestKey("order", OutboundLimit.Overflow.CLOSE, dropped);
        for (int i = 1; i <= 12; i++) {
            offer(i, order);
        }
        assertThat(conn().isOpen()).isFalse();
        assertThat(dropped).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_OLDEST", "CONFLATE"})
    void mandatory_message_keeps_order_and_is_not_dropped(OutboundLimit.Overflow overflow) {
        connectSlowPeer(overflow);
        offer(1, 6);
        conn().send(text(7));
        offer(8, 30);
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "7", "28", "29", "30");
    }

    @ParameterizedTest
    @EnumSource
    void mandatory_message_beyond_limit_closes_connection(OutboundLimit.Overflow overflow) {
        connectSlowPeer(overflow);
        int sent = 0;
        while (conn().send("x".repeat(SIZE))) {
            sent++;
            peer().channel.runPendingTasks();
        }
        assertThat(sent).isEqualTo(9);
        assertThat(conn().isOpen()).isFalse();
        assertThat(peer().dropStats.connections()).isEqualTo(1);
    }

    @Test
    void close_sends_pending_messages_first() {
        connectSlowPeer(OutboundLimit.Overflow.DROP_OLDEST);
        offer(1, 30);
        conn().close();
        assertThat(peer().channel.isOpen()).isTrue();
        assertThat(numbers()).containsExactly("1", "2", "3", "4", "5", "27", "28", "29", "30");
        assertThat(peer().channel.isOpen()).isFalse();
    }

    @Test
    void logs_first_drop_and_counts_later_ones() {
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            connectSlowPeer(OutboundLimit.Overflow.DROP_NEWEST);
            offer(1, 14);
            assertThat(log.containing("slow reader")).singleElement().asString().contains("messages=1 bytes=1000");
            peer().advance(1_000);
            offer(15, null);
            offer(16, null);
            peer().disconnect();
            PeerLog.flush();
            assertThat(log.containing("slow reader"))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("repeated=6");
        }
    }

    @Test
    void onWritable_runs_task_when_writable_again() {
        connectSlowPeer(OutboundLimit.Overflow.DROP_OLDEST);
        List<String> ran = new ArrayList<>();
        conn().onWritable(() -> ran.add("at once"));
        peer().channel.runPendingTasks();
        assertThat(ran).containsExactly("at once");

        offer(1, 9);
        assertThat(conn().isWritable()).isFalse();
        conn().onWritable(() -> ran.add("later"));
        conn().onWritable(() -> {
            throw new IllegalStateException("boom");
        });
        conn().onWritable(() -> ran.add("and the next"));
        peer().channel.runPendingTasks();
        assertThat(ran).containsExactly("at once");

        peer().read();
        assertThat(conn().isWritable()).isTrue();
        assertThat(ran).containsExactly("at once", "later", "and the next");
    }

    @Test
    void onWritable_never_runs_after_close() {
        connectSlowPeer(OutboundLimit.Overflow.DROP_OLDEST);
        List<String> ran = new ArrayList<>();
        offer(1, 9);
        conn().onWritable(() -> ran.add("never"));
        peer().disconnect();
        conn().onWritable(() -> ran.add("also never"));
        peer().channel.runPendingTasks();
        assertThat(ran).isEmpty();
    }

    @Test
    void rejects_limit_of_zero() {
        connectSlowPeer(OutboundLimit.Overflow.CLOSE);
        assertThatThrownBy(() -> new OutboundLimit(0, OutboundLimit.Overflow.CLOSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("outbound limit: 0 (expected: >= 1)");
    }
}
