package dev.sprocket.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicListener;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.CloseStatus;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Overflow policies for a WebSocket client that does not read. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SlowReaderTest implements MessageComponent<WsConnection, Message> {
    private static final String LONG = "x".repeat(1_000);

    private final Topics topics = new Topics();
    private @Nullable WsConnection conn;
    private @Nullable CloseStatus closeStatus;

    @Override
    public void onOpen(WsConnection opened) {
        conn = opened;
        Subscriber subscriber = Subscriber.of(
                "s",
                opened,
                (published, alloc) ->
                        Message.text(published.topic() + " " + published.event().as(String.class)));
        topics.topic("a").subscribe(subscriber);
        topics.topic("b").subscribe(subscriber);
    }

    @Override
    public void onMessage(WsConnection from, Message message) {
        from.send(message);
    }

    @Override
    public void onClose(WsConnection gone) {
        closeStatus = CloseStatus.of(gone);
    }

    private WsPeer stalled(OutboundLimit.Overflow overflow) {
        WsPeer peer = WsPeer.on(
                MemorySocket.to(new HttpServer(new WsServer(this)), new OutboundLimit(10_000, overflow)), "/");
        peer.socket().stall();
        return peer;
    }

    private WsConnection conn() {
        return Objects.requireNonNull(conn);
    }

    @Test
    void closes_1008_if_reading_resumes_in_time() {
        WsPeer peer = stalled(OutboundLimit.Overflow.CLOSE);
        int sent = 0;
        while (conn().send(LONG)) {
            sent++;
            peer.socket().isOpen();
        }
        assertThat(sent).isEqualTo(9);
        assertThat(conn().isOpen()).isFalse();
        peer.socket().advance(Duration.ofSeconds(4));
        assertThat(peer.socket().isOpen()).isTrue();
        peer.socket().resume();
        assertThat(peer.texts()).hasSize(9);
        assertThat(peer.closeCode()).hasValue(1008);
        assertThat(peer.socket().isOpen()).isFalse();
        assertThat(closeStatus).isEqualTo(new CloseStatus(1008, "reads too slowly", false));
    }

    @Test
    void disconnects_after_five_seconds_without_reading() {
        WsPeer peer = stalled(OutboundLimit.Overflow.CLOSE);
        while (conn().send(LONG)) {
            peer.socket().isOpen();
        }
        peer.socket().advance(Duration.ofSeconds(5));
        assertThat(peer.socket().isOpen()).isFalse();
        assertThat(closeStatus).isNotNull();
    }

    @Test
    void drops_messages_but_not_pongs_or_close_frames() {
        WsPeer peer = stalled(OutboundLimit.Overflow.DROP_OLDEST);
        for (int i = 0; i < 50; i++) {
            conn().send(i + LONG);
        }
        peer.socket().write(WsPeer.frame(true, 9, new byte[] {1, 2, 3}));
        for (int i = 50; i < 100; i++) {
            conn().send(i + LONG);
        }
        conn().close(4000, "enough");
        assertThat(IoServer.dropStats(conn()).messages()).isPositive();
        peer.socket().resume();
        List<String> texts = new ArrayList<>(peer.texts());
        assertThat(texts).last().isEqualTo(99 + LONG);
        assertThat(texts).hasSize(100 - (int) IoServer.dropStats(conn()).messages());
        assertThat(peer.pongs()).containsExactly(new byte[] {1, 2, 3});
        assertThat(peer.closeCode()).hasValue(4000);
        peer.close(4000, "");
        peer.socket().close();
    }

    /** With context takeover, messages depend on earlier ones (RFC 7692 7.1.1) and cannot be dropped. */
    @Test
    void closes_instead_of_dropping_with_context_takeover() {
        WsServer compressing =
                new WsServer(this).compress(Deflate.DEFAULT.threshold(0).serverContextTakeover());
        MemorySocket socket = MemorySocket.to(
                new HttpServer(compressing), new OutboundLimit(10_000, OutboundLimit.Overflow.DROP_OLDEST));
        WsPeer peer = WsPeer.on(socket, "/", "Sec-WebSocket-Extensions: permessage-deflate");
        peer.socket().stall();
        for (int i = 0; i < 200; i++) {
            topics.topic("a").broadcast(Event.of(LONG + i));
            conn().send(LONG + i);
            peer.socket().isOpen();
        }
        assertThat(IoServer.dropStats(conn()).messages()).isZero();
        assertThat(IoServer.dropStats(conn()).connections()).isEqualTo(1);
        assertThat(conn().isOpen()).isFalse();
        peer.socket().close();
    }

    @Test
    void conflation_sends_the_latest_event_of_each_topic() {
        WsPeer peer = stalled(OutboundLimit.Overflow.CONFLATE);
        for (int i = 0; i < 6; i++) {
            conn().send(LONG);
        }
        for (int i = 0; i < 20; i++) {
            topics.topic("a").broadcast(Event.of(i));
            topics.topic("b").broadcast(Event.of(i));
            peer.socket().isOpen();
        }
        peer.socket().resume();
        assertThat(peer.texts()).endsWith("a 19", "b 19").hasSize(8);
        assertThat(IoServer.dropStats(conn()).messages()).isEqualTo(38);
        peer.socket().close();
    }

    @Test
    void topic_policy_drops_counts_and_reports_individual_events() {
        Topics prices = new Topics(id -> TopicSettings.DEFAULT.slowReaders(OutboundLimit.Overflow.CONFLATE));
        List<String> reports = new ArrayList<>();
        prices.addListener(Runnable::run, new TopicListener() {
            @Override
            public void onDropped(Topic topic, DropStats dropStats) {
                reports.add(topic + " " + dropStats.messages());
            }
        });
        WsPeer peer = stalled(OutboundLimit.Overflow.CLOSE);
        prices.topic("p")
                .subscribe(Subscriber.of(
                        "s",
                        conn(),
                        (published, alloc) -> Message.text(published.event().as(String.class))));
        for (int i = 0; i < 1_000; i++) {
            prices.topic("p").broadcast(Event.of(i + " " + LONG));
            if (i % 7 == 0) {
                peer.socket().isOpen();
            }
        }
        peer.socket().isOpen();
        long dropped = prices.topic("p").dropStats().messages();
        peer.socket().resume();

        assertThat(conn().isOpen()).isTrue();
        assertThat(peer.texts())
                .hasSize(1_000 - (int) dropped)
                .last()
                .asString()
                .startsWith("999 ");
        assertThat(dropped).isGreaterThan(900).isEqualTo(prices.dropStats().messages());
        assertThat(reports).last().isEqualTo("p " + dropped);
        peer.close(1000, "");
        peer.socket().close();
    }
}
