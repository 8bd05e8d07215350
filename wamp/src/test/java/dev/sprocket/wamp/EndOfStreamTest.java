package dev.sprocket.wamp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
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

/** Delivery of publishes that precede the end of a connection. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EndOfStreamTest {
    private static final int PUBLISHES = 20_000;
    private static final int RECORD_END = 0x1E;
    private static final String HELLO = "[1,\"realm1\",{\"roles\":{\"publisher\":{}}}]";

    /** Records the published topics and the close of the connection. */
    private static final class RecordingComponent implements WampComponent {
        final List<String> topics = new ArrayList<>();
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topics.add(topic.id());
        }

        @Override
        public void onClose(WampConnection conn) {
            closed.countDown();
        }

        void assertComplete() throws InterruptedException {
            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= PUBLISHES; i++) {
                expected.add("t" + i);
            }
            assertThat(topics).isEqualTo(expected);
        }
    }

    /** Ends the connection after the publishes. */
    private interface ConnectionEnd {
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

    private static void rawSocket(RecordingComponent app, ConnectionEnd connectionEnd) throws Exception {
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
                connectionEnd.end(socket);
            }
            app.assertComplete();
        }
    }

    private static void webSocket(
            RecordingComponent app,
            String subprotocol,
            Frame frame,
            @Nullable String hello,
            ConnectionEnd connectionEnd)
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
                connectionEnd.end(socket);
            }
            app.assertComplete();
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

    /** Skips WELCOME, which is shorter than 64 KiB in both versions. */
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
    void raw_socket_publishes_before_fin_are_delivered() throws Exception {
        rawSocket(new RecordingComponent(), Socket::close);
    }

    @Test
    void raw_socket_publishes_before_half_close_are_delivered() throws Exception {
        rawSocket(new RecordingComponent(), socket -> {
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        });
    }

    @Test
    void web_socket_publishes_before_fin_are_delivered() throws Exception {
        webSocket(new RecordingComponent(), "wamp.2.json", EndOfStreamTest::webSocketFrame, HELLO, Socket::close);
    }

    @Test
    void web_socket_publishes_before_close_frame_are_delivered() throws Exception {
        webSocket(
                new RecordingComponent(),
                "wamp.2.json",
                EndOfStreamTest::webSocketFrame,
                HELLO,
                EndOfStreamTest::closeFrame);
    }

    @Test
    void v1_publishes_before_fin_are_delivered() throws Exception {
        webSocket(
                new RecordingComponent(),
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
    void batch_before_fin_is_handled() throws Exception {
        webSocket(
                new RecordingComponent(),
                "wamp.2.json.batched",
                EndOfStreamTest::record,
                HELLO + "\u001e",
                Socket::close);
    }

    @Test
    void batch_before_close_frame_is_handled() throws Exception {
        webSocket(
                new RecordingComponent(),
                "wamp.2.json.batched",
                EndOfStreamTest::record,
                HELLO + "\u001e",
                EndOfStreamTest::closeFrame);
    }
}
