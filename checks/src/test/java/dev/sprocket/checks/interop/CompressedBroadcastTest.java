package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Broadcasts with permessage-deflate, decompressed by Python's zlib with the negotiated window. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
@Tag("foreign")
class CompressedBroadcastTest {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover";
    private static final String NO_TAKEOVER = OFFER + "; server_no_context_takeover";
    private static final String SMALL_WINDOW = NO_TAKEOVER + "; server_max_window_bits=10";
    private static final String UNCOMPRESSED = "X-Unused: 1";

    private final Topics topics = new Topics();
    private final Topic topic = topics.topic("news");
    private final AtomicInteger encodings = new AtomicInteger();
    /** Counts the encodings of events, each of which compresses at most once. */
    private final EventFormat format = (published, alloc) -> {
        encodings.incrementAndGet();
        return EventFormat.JSON.encode(published, alloc);
    };

    /** Subscribes each connection to the topic, and echoes messages. */
    @ConcurrentComponent
    private final class Subscribers implements MessageComponent<WsConnection, Message> {
        @Override
        public void onOpen(WsConnection conn) {
            topic.subscribe(Subscriber.of(conn.toString(), conn, format));
        }

        @Override
        public void onMessage(WsConnection from, Message message) {
            from.send(message);
        }
    }

    /** Received frame. */
    private record Frame(int first, byte[] payload) {
        boolean isCompressed() {
            return first == 0xC1;
        }

        String hex() {
            return HexFormat.of().formatHex(payload);
        }

        String text(int windowBits) throws Exception {
            return isCompressed() ? inflate(hex(), windowBits) : new String(payload, StandardCharsets.UTF_8);
        }
    }

    private WsServer server(Deflate deflate) {
        return new WsServer(new Subscribers()).compress(deflate);
    }

    private static MemorySocket connect(WsServer server, String header) {
        MemorySocket socket = MemorySocket.to(new HttpServer(server));
        socket.write(WsPeer.handshake("/", header));
        assertThat(socket.readText()).startsWith("HTTP/1.1 101 ");
        return socket;
    }

    private static List<Frame> frames(MemorySocket socket) {
        List<Frame> all = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(socket.read());
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int length = in.get();
            byte[] payload = new byte[length < 126 ? length : in.getShort() & 0xFFFF];
            in.get(payload);
            all.add(new Frame(first, payload));
        }
        return all;
    }

    /** Returns a text of words, with repetitions that are farther apart than the small window. */
    private static String text(String begin) {
        StringBuilder text = new StringBuilder(begin);
        for (int i = 0; i < 400; i++) {
            text.append(" word").append(i % 150);
        }
        return text.toString();
    }

    private static String inflate(String hex, int windowBits) throws Exception {
        RequiredPrograms.require("python3");
        ProcessBuilder builder = new ProcessBuilder(
                "env",
                "python3",
                "-c",
                "import sys, zlib; z = zlib.decompressobj(-int(sys.argv[1]));"
                        + " data = bytes.fromhex(sys.stdin.read()) + bytes([0, 0, 255, 255]);"
                        + " sys.stdout.buffer.write(z.decompress(data))",
                "" + windowBits);
        builder.environment().put("PATH", RequiredPrograms.path());
        Process python = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        python.getOutputStream().write(hex.getBytes(StandardCharsets.US_ASCII));
        python.getOutputStream().close();
        String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor()).as("exit of python3").isZero();
        return text;
    }

    @Test
    void event_is_compressed_once_per_setting() throws Exception {
        WsServer server = server(Deflate.DEFAULT);
        List<List<MemorySocket>> groups = new ArrayList<>();
        for (String header : List.of(NO_TAKEOVER, SMALL_WINDOW, UNCOMPRESSED)) {
            List<MemorySocket> group = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                group.add(connect(server, header));
            }
            groups.add(group);
        }
        String text = text("event");
        topic.broadcast(Event.of(text));
        List<String> sent = new ArrayList<>();
        for (List<MemorySocket> group : groups) {
            List<String> frames = group.stream()
                    .map(socket -> frames(socket).get(0).hex())
                    .distinct()
                    .toList();
            assertThat(frames).as("different bytes in a group").hasSize(1);
            sent.addAll(frames);
        }
        assertThat(encodings).as("encodings for 30 recipients").hasValue(3);
        assertThat(inflate(sent.get(0), 15)).isEqualTo('"' + text + '"');
        assertThat(inflate(sent.get(1), 10)).isEqualTo('"' + text + '"');
        assertThat(new String(HexFormat.of().parseHex(sent.get(2)), StandardCharsets.UTF_8))
                .isEqualTo('"' + text + '"');
        assertThat(sent.get(0))
                .hasSizeLessThan(sent.get(1).length())
                .hasSizeLessThan(sent.get(2).length() / 3);
    }

    @Test
    void equal_settings_of_two_servers_share_the_bytes() {
        MemorySocket first = connect(server(Deflate.DEFAULT.level(9).threshold(64)), NO_TAKEOVER);
        MemorySocket second = connect(server(Deflate.DEFAULT.threshold(64).level(9)), NO_TAKEOVER);
        topic.broadcast(Event.of(text("event")));
        Frame received = frames(first).get(0);
        assertThat(received.isCompressed()).isTrue();
        assertThat(received.hex()).isEqualTo(frames(second).get(0).hex());
        assertThat(encodings).hasValue(1);
    }

    @Test
    void other_level_is_compressed_separately() {
        MemorySocket fast = connect(server(Deflate.DEFAULT.level(1)), NO_TAKEOVER);
        MemorySocket small = connect(server(Deflate.DEFAULT.level(9)), NO_TAKEOVER);
        topic.broadcast(Event.of(text("event")));
        assertThat(frames(fast).get(0).hex()).isNotEqualTo(frames(small).get(0).hex());
        assertThat(encodings).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({"true, 15", "false, 15", "false, 10"})
    void events_and_messages_keep_their_order(boolean takeover, int windowBits) throws Exception {
        Deflate deflate = takeover ? Deflate.DEFAULT.serverContextTakeover() : Deflate.DEFAULT;
        MemorySocket socket =
                connect(server(deflate), takeover ? OFFER : windowBits == 10 ? SMALL_WINDOW : NO_TAKEOVER);
        List<String> expected = new ArrayList<>();
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            // three events of one iteration of the loop, then an answer
            String event = text("event " + i);
            String message = text("message " + i);
            topic.broadcast(Event.of(event));
            topic.broadcast(Event.of("short " + i));
            topic.broadcast(Event.of("again " + event));
            frames.addAll(frames(socket));
            socket.write(WsPeer.frame(true, 1, message.getBytes(StandardCharsets.UTF_8)));
            frames.addAll(frames(socket));
            expected.addAll(List.of('"' + event + '"', "\"short " + i + '"', "\"again " + event + '"', message));
        }
        List<String> received = takeover ? inflateAll(frames) : new ArrayList<>();
        for (Frame frame : takeover ? List.<Frame>of() : frames) {
            received.add(frame.text(windowBits));
        }
        assertThat(received).containsExactlyElementsOf(expected);
    }

    /** Decompresses messages that refer to earlier ones, as one stream. */
    private static List<String> inflateAll(List<Frame> frames) throws Exception {
        List<String> all = new ArrayList<>();
        StringBuilder stream = new StringBuilder();
        int before = 0;
        for (Frame frame : frames) {
            if (frame.isCompressed()) {
                // the trailer that senders remove (RFC 7692 7.2.1)
                stream.append(stream.isEmpty() ? "" : "0000ffff").append(frame.hex());
                String text = inflate(stream.toString(), 15);
                all.add(text.substring(before));
                before = text.length();
            } else {
                all.add(frame.text(15));
            }
        }
        return all;
    }
}
