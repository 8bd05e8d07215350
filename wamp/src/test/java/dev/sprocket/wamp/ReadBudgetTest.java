package dev.sprocket.wamp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.ReadBudget;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Read budget of 5 milliseconds per connection and loop iteration.
 *
 * <p>Each message takes 2 milliseconds of virtual time.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ReadBudgetTest {
    private static final String OTHER_CONNECTION = "other connection";

    private final List<String> log = new ArrayList<>();

    private final class SlowApp implements WampComponent {
        private final EmbeddedChannel channel;

        SlowApp(EmbeddedChannel channel) {
            this.channel = channel;
        }

        @Override
        public void onCall(WampConnection conn, Call call) {
            serve(channel, call.procedure());
            call.result(1);
        }

        @Override
        public void onClose(WampConnection conn) {
            log.add("closed");
        }
    }

    private void serve(EmbeddedChannel channel, String entry) {
        log.add(entry);
        channel.advanceTimeBy(2, TimeUnit.MILLISECONDS);
    }

    /** Reads the bytes in one loop iteration, together with a task of another connection. */
    private void read(EmbeddedChannel channel, ByteBuf bytes) {
        channel.eventLoop().execute(() -> log.add(OTHER_CONNECTION));
        channel.writeInbound(bytes);
    }

    private static ByteBuf frames(int count, String format) {
        ByteBuf all = Unpooled.buffer();
        for (int i = 1; i <= count; i++) {
            ByteBuf frame = WampPeer.textFrame(String.format(format, i, i));
            all.writeBytes(frame);
            frame.release();
        }
        return all;
    }

    private static EmbeddedChannel channel() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        return channel;
    }

    private EmbeddedChannel webSocket(String subprotocol) {
        EmbeddedChannel channel = channel();
        IoServer.attach(channel, new HttpServer(new WsServer(new WampServer(new SlowApp(channel)))));
        channel.writeInbound(Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n",
                UTF_8));
        return channel;
    }

    private void assertServedAcrossIterations(EmbeddedChannel channel, ByteBuf bytes) {
        read(channel, bytes);

        assertThat(log).containsExactly("p1", "p2", "p3", OTHER_CONNECTION, "p4", "p5", "p6", "p7");
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void v1_calls_are_spread_across_loop_iterations() {
        assertServedAcrossIterations(webSocket("wamp"), frames(7, "[2,\"%d\",\"p%d\"]"));
    }

    @Test
    void v2_calls_are_spread_across_loop_iterations() {
        EmbeddedChannel channel = webSocket("wamp.2.json");
        channel.writeInbound(WampPeer.textFrame("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]"));
        assertServedAcrossIterations(channel, frames(7, "[48,%d,{},\"p%d\"]"));
    }

    @Test
    void batch_messages_are_spread_across_loop_iterations() {
        EmbeddedChannel channel = webSocket("wamp.2.json.batched");
        channel.writeInbound(WampPeer.textFrame("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]\u001e"));
        StringBuilder batch = new StringBuilder();
        for (int i = 1; i < 7; i++) {
            batch.append("[48,").append(i).append(",{},\"p").append(i).append("\"]\u001e");
        }
        ByteBuf last = WampPeer.textFrame("[48,7,{},\"p7\"]\u001e");
        assertServedAcrossIterations(channel, Unpooled.wrappedBuffer(WampPeer.textFrame(batch.toString()), last));
    }

    @Test
    void raw_socket_calls_are_spread_across_loop_iterations() {
        assertServedAcrossIterations(rawSocket(), rawCalls());
    }

    private EmbeddedChannel rawSocket() {
        EmbeddedChannel channel = channel();
        IoServer.attach(channel, new RawSocket(new WampServer(new SlowApp(channel)).overRawSocket()));
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x7F, (byte) 0xF1, 0, 0}));
        ByteBuf hello = Unpooled.buffer();
        rawFrame(hello, "[1,\"realm1\",{\"roles\":{\"caller\":{}}}]");
        channel.writeInbound(hello);
        return channel;
    }

    private static ByteBuf rawCalls() {
        ByteBuf calls = Unpooled.buffer();
        for (int i = 1; i <= 7; i++) {
            rawFrame(calls, "[48," + i + ",{},\"p" + i + "\"]");
        }
        return calls;
    }

    private static void rawFrame(ByteBuf out, String json) {
        out.writeInt(json.length()).writeBytes(json.getBytes(UTF_8));
    }

    @Test
    void web_socket_messages_are_spread_across_loop_iterations() {
        EmbeddedChannel channel = channel();
        IoServer.attach(channel, new HttpServer(new WsServer(new MessageComponent<WsConnection, Message>() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                serve(channel, message.text());
            }
        })));
        channel.writeInbound(Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                UTF_8));
        assertServedAcrossIterations(channel, frames(7, "p%d"));
    }

    private EmbeddedChannel http() {
        EmbeddedChannel channel = channel();
        IoServer.attach(channel, new HttpServer(new MessageComponent<HttpConnection, Message>() {
            @Override
            public void onOpen(HttpConnection conn) {
                serve(channel, HttpRequest.of(conn).path().substring(1));
                conn.respond(HttpResponse.of(200));
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        }));
        return channel;
    }

    private static ByteBuf requests() {
        StringBuilder requests = new StringBuilder();
        for (int i = 1; i <= 7; i++) {
            requests.append("GET /p").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        return Unpooled.copiedBuffer(requests, UTF_8);
    }

    @Test
    void pipelined_requests_are_spread_across_loop_iterations() {
        assertServedAcrossIterations(http(), requests());
    }

    @Test
    void pipelined_requests_are_served_after_half_close() {
        EmbeddedChannel channel = http();
        channel.eventLoop()
                .execute(() -> channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE));
        channel.writeInbound(requests());

        assertThat(log).containsExactly("p1", "p2", "p3", "p4", "p5", "p6", "p7");
        channel.advanceTimeBy(1, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }

    /** Asserts that messages are handled if the stream ends while they wait. */
    private void assertHandledAfterEndOfStream(EmbeddedChannel channel, ByteBuf bytes) {
        channel.eventLoop()
                .execute(() -> channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE));
        channel.writeInbound(bytes);

        assertThat(log).containsExactly("p1", "p2", "p3", "p4", "p5", "p6", "p7", "closed");
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }

    @Test
    void v1_calls_are_handled_after_end_of_stream() {
        assertHandledAfterEndOfStream(webSocket("wamp"), frames(7, "[2,\"%d\",\"p%d\"]"));
    }

    @Test
    void raw_socket_calls_are_handled_after_end_of_stream() {
        EmbeddedChannel channel = rawSocket();
        assertHandledAfterEndOfStream(channel, rawCalls());
    }

    @Test
    void batch_messages_are_handled_before_close_frame() {
        EmbeddedChannel channel = webSocket("wamp.2.json.batched");
        channel.writeInbound(WampPeer.textFrame("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]\u001e"));
        StringBuilder batch = new StringBuilder();
        for (int i = 1; i <= 7; i++) {
            batch.append("[48,").append(i).append(",{},\"p").append(i).append("\"]\u001e");
        }
        assertHandledAfterEndOfStream(
                channel,
                Unpooled.wrappedBuffer(
                        WampPeer.textFrame(batch.toString()), WampPeer.frame(0x8, new byte[] {3, (byte) 0xE8})));
    }

    private void assertDroppedMessagesCounted(EmbeddedChannel channel, ByteBuf bytes, int dropped) {
        Logger logger = (Logger) LoggerFactory.getLogger(ReadBudget.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        PeerLog.flush();
        lines.start();
        logger.addAppender(lines);
        try {
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
            channel.writeInbound(bytes);
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(log).containsExactly("p1", "p2", "p3", "closed");
        assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("messages=" + dropped + " ");
        channel.finishAndReleaseAll();
    }

    @Test
    void dropped_web_socket_messages_are_counted() {
        assertDroppedMessagesCounted(webSocket("wamp"), frames(7, "[2,\"%d\",\"p%d\"]"), 4);
    }

    @Test
    void dropped_raw_socket_messages_are_counted() {
        assertDroppedMessagesCounted(rawSocket(), rawCalls(), 4);
    }

    @Test
    void dropped_batch_messages_are_counted() {
        EmbeddedChannel channel = webSocket("wamp.2.json.batched");
        channel.writeInbound(WampPeer.textFrame("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]\u001e"));
        assertDroppedMessagesCounted(
                channel,
                WampPeer.textFrame(IntStream.rangeClosed(1, 7)
                        .mapToObj(i -> "[48," + i + ",{},\"p" + i + "\"]\u001e")
                        .collect(joining())),
                4);
    }

    @Test
    void messages_of_disconnected_peer_are_not_handled() {
        EmbeddedChannel channel = webSocket("wamp");
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        channel.writeInbound(frames(7, "[2,\"%d\",\"p%d\"]"));

        assertThat(log).containsExactly("p1", "p2", "p3", "closed");
        channel.finishAndReleaseAll();
    }

    @Test
    void later_reads_are_handled_after_pending_messages() {
        EmbeddedChannel channel = webSocket("wamp");
        channel.pipeline().fireChannelRead(frames(4, "[2,\"%d\",\"p%d\"]"));
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.pipeline().fireChannelRead(frames(2, "[2,\"%d\",\"q%d\"]"));
        channel.runPendingTasks();

        assertThat(log).containsExactly("p1", "p2", "p3", "p4", "q1", "q2");
        channel.finishAndReleaseAll();
    }
}
