package dev.sprocket.wamp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Publishes of clients that end their connection right behind them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EndOfStreamTest {
    private static final int PUBLISHES = 20_000;
    private static final int RECORD_END = 0x1E;
    private static final String HELLO = "[1,\"realm1\",{\"roles\":{\"publisher\":{}}}]";

    /** Notes the numbers that were published, and that the connection ended last. */
    private static final class Noting implements WampComponent {
        final List<String> numbers = new ArrayList<>();
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            numbers.add(topic.id());
        }

        @Override
        public void onClose(WampConnection conn) {
            closed.countDown();
        }

        void hasAll() throws InterruptedException {
            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= PUBLISHES; i++) {
                expected.add("t" + i);
            }
            assertThat(numbers).isEqualTo(expected);
        }
    }

    /** What a client sends behind its publishes. */
    private interface Goodbye {
        void end(Socket socket) throws IOException;
    }

    private static void publishes(ByteBuf out, Frame frame) {
        for (int i = 1; i <= PUBLISHES; i++) {
            frame.append(out, "[16," + i + ",{},\"t" + i + "\"]");
        }
    }

    private interface Frame {
        void append(ByteBuf out, String json);
    }

    private static void rawFrame(ByteBuf out, String json) {
        out.writeInt(json.length());
        ByteBufUtil.writeAscii(out, json);
    }

    private static void webSocketFrame(ByteBuf out, String json) {
        ByteBuf frame = WampPeer.textFrame(json);
        out.writeBytes(frame);
        frame.release();
    }

    private static void writeAll(Socket socket, ByteBuf bytes) throws IOException {
        socket.getOutputStream().write(ByteBufUtil.getBytes(bytes));
        bytes.release();
    }

    private static void rawSocket(Noting app, Goodbye goodbye) throws Exception {
        try (IoServer server = new IoServer("127.0.0.1", 0, new RawSocket(new WampServer(app).overRawSocket()))) {
            server.start();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                DataInputStream in = new DataInputStream(socket.getInputStream());
                out.writeInt(0x7FF10000);
                in.readInt();
                ByteBuf hello = Unpooled.buffer();
                rawFrame(hello, HELLO);
                writeAll(socket, hello);
                in.readNBytes(in.readInt());

                ByteBuf all = Unpooled.buffer();
                publishes(all, EndOfStreamTest::rawFrame);
                writeAll(socket, all);
                goodbye.end(socket);
            }
            app.hasAll();
        }
    }

    private static void webSocket(Noting app, String subprotocol, Frame frame, @Nullable String hello, Goodbye goodbye)
            throws Exception {
        try (IoServer server = new IoServer("127.0.0.1", 0, new HttpServer(new WsServer(new WampServer(app))))) {
            server.start();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream()
                        .write(("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                        + "Sec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n")
                                .getBytes(UTF_8));
                DataInputStream in = new DataInputStream(socket.getInputStream());
                skipHead(in);
                if (hello != null) {
                    ByteBuf first = Unpooled.buffer();
                    webSocketFrame(first, hello);
                    writeAll(socket, first);
                }
                skipFrame(in);

                ByteBuf all = Unpooled.buffer();
                publishes(all, frame);
                if (subprotocol.endsWith("batched")) {
                    ByteBuf batches = Unpooled.buffer();
                    String records = all.toString(UTF_8);
                    for (int from = 0, to; from < records.length(); from = to) {
                        to = records.indexOf(RECORD_END, Math.min(records.length() - 1, from + 60_000)) + 1;
                        webSocketFrame(batches, records.substring(from, to));
                    }
                    all.release();
                    all = batches;
                }
                writeAll(socket, all);
                goodbye.end(socket);
            }
            app.hasAll();
        }
    }

    private static void skipHead(DataInputStream in) throws IOException {
        for (int ends = 0, one = in.read(); one >= 0; one = in.read()) {
            ends = one == '\r' || one == '\n' ? ends + 1 : 0;
            if (ends == 4) {
                return;
            }
        }
    }

    /** WELCOME, of either generation, is shorter than 64 KiB. */
    private static void skipFrame(DataInputStream in) throws IOException {
        in.readByte();
        int length = in.readUnsignedByte();
        in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
    }

    private static void closeFrame(Socket socket) throws IOException {
        writeAll(socket, WampPeer.frame(0x8, new byte[] {3, (byte) 0xE8}));
        socket.getInputStream().readAllBytes();
    }

    @Test
    void publishes_before_a_fin_arrive_by_RawSocket() throws Exception {
        rawSocket(new Noting(), Socket::close);
    }

    @Test
    void publishes_before_a_half_close_arrive_by_RawSocket() throws Exception {
        rawSocket(new Noting(), socket -> {
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        });
    }

    @Test
    void publishes_before_a_fin_arrive_by_WebSocket() throws Exception {
        webSocket(new Noting(), "wamp.2.json", EndOfStreamTest::webSocketFrame, HELLO, Socket::close);
    }

    @Test
    void publishes_before_a_close_frame_arrive_by_WebSocket() throws Exception {
        webSocket(new Noting(), "wamp.2.json", EndOfStreamTest::webSocketFrame, HELLO, EndOfStreamTest::closeFrame);
    }

    @Test
    void publishes_of_v1_before_a_fin_arrive() throws Exception {
        webSocket(
                new Noting(),
                "wamp",
                (out, json) -> webSocketFrame(
                        out, "[7,\"" + json.substring(json.indexOf('"') + 1, json.length() - 2) + "\",1]"),
                null,
                Socket::close);
    }

    private static void record(ByteBuf out, String json) {
        ByteBufUtil.writeAscii(out, json);
        out.writeByte(RECORD_END);
    }

    @Test
    void a_batch_before_a_fin_is_handled() throws Exception {
        webSocket(new Noting(), "wamp.2.json.batched", EndOfStreamTest::record, HELLO + "\u001e", Socket::close);
    }

    @Test
    void a_batch_before_a_close_frame_is_handled() throws Exception {
        webSocket(
                new Noting(),
                "wamp.2.json.batched",
                EndOfStreamTest::record,
                HELLO + "\u001e",
                EndOfStreamTest::closeFrame);
    }
}
