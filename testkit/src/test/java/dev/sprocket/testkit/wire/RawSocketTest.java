package dev.sprocket.testkit.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.KeepAlive;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RawSocket transport of WAMP (advanced profile). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RawSocketTest {
    private static final String HELLO = "[1,\"realm1\",{\"roles\":{\"subscriber\":{},\"caller\":{}}}]";

    private final Topics topics = new Topics();
    private final WampServer server = new WampServer(
            new WampComponent() {
                @Override
                public void onCall(WampConnection conn, Call call) {
                    call.result("x".repeat(call.arguments().get(0).getAsInt()));
                }
            },
            topics);
    private final RawSocket rawSocket = new RawSocket(server.overRawSocket());
    private MemorySocket socket = MemorySocket.to(rawSocket);

    private void write(String hex) {
        socket.write(HexFormat.of().parseHex(hex));
    }

    private String readHex() {
        return HexFormat.of().formatHex(socket.read());
    }

    private static byte[] frame(int type, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(type << 24 | bytes.length)
                .put(bytes)
                .array();
    }

    private void send(String json) {
        socket.write(frame(0, json));
    }

    /** The messages that have arrived; "type: text" for other frames. */
    private List<String> received() {
        ByteBuffer in = ByteBuffer.wrap(socket.read());
        List<String> all = new ArrayList<>();
        while (in.hasRemaining()) {
            int head = in.getInt();
            byte[] payload = new byte[head & 0xFFFFFF];
            in.get(payload);
            all.add((head >> 24 == 0 ? "" : (head >> 24) + ": ") + new String(payload, UTF_8));
        }
        return all;
    }

    private void join(String handshake) {
        write(handshake);
        socket.read();
        send(HELLO);
        assertThat(received()).hasSize(1).first().asString().startsWith("[2,");
    }

    @Test
    void handshake_negotiates_serializer_and_lengths() {
        write("7ff10000");

        assertThat(readHex()).isEqualTo("7fb10000"); // 2^20 of the server's
        send(HELLO);
        assertThat(received()).first().asString().startsWith("[2,");
    }

    @Test
    void handshake_may_be_split_or_followed_by_messages() {
        for (String part : List.of("7f", "f1", "00")) {
            write(part);
            assertThat(readHex()).isEmpty();
        }
        byte[] rest = ByteBuffer.allocate(5 + HELLO.length())
                .put((byte) 0)
                .put(frame(0, HELLO))
                .array();
        socket.write(java.util.Arrays.copyOf(rest, 20));
        assertThat(readHex()).isEqualTo("7fb10000");
        socket.write(java.util.Arrays.copyOfRange(rest, 20, rest.length));
        assertThat(received()).first().asString().startsWith("[2,");
    }

    @ParameterizedTest
    @CsvSource({"7ff40000, 7f100000", "7ff00000, 7f100000", "7ff10001, 7f300000", "7ff10100, 7f300000"})
    void unsupported_handshake_gets_an_error(String request, String response) {
        write(request);

        assertThat(readHex()).isEqualTo(response);
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void rate_limited_call_is_answered_with_an_error() {
        socket = MemorySocket.to(
                new RawSocket(new Limiter<>(server.overRawSocket()).messages(1, Limiter.Action.REJECT)));
        join("7ff10000");

        send("[48,1,{},\"com.x\",[3]]");
        socket.advance(Duration.ofSeconds(2));
        send("[48,2,{},\"com.x\",[3]]");

        assertThat(received())
                .satisfiesExactly(
                        error -> assertThat(error).startsWith("[8,48,1,").contains("wamp.error.unavailable"),
                        result -> assertThat(result).isEqualTo("[50,2,{},[\"xxx\"]]"));
    }

    @Test
    void server_shutdown_sends_GOODBYE() {
        join("7ff10000");

        socket.fire(new CloseRequest(CloseReason.SHUTDOWN));

        assertThat(received())
                .containsExactly("[6,{\"message\":\"server is going away\"},\"wamp.close.system_shutdown\"]");
        assertThat(socket.isOpen()).isTrue();
        send("[6,{},\"wamp.close.goodbye_and_out\"]");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void unknown_first_byte_disconnects() {
        write("47");

        assertThat(readHex()).isEmpty();
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void ping_is_answered_with_its_payload() {
        join("7ff10000");

        socket.write(frame(1, "payload"));
        socket.write(frame(1, ""));
        socket.write(frame(2, "unsolicited"));

        assertThat(received()).containsExactly("2: payload", "2: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"03000000", "07000000", "10000000", "80000000", "00100001", "08000000", "01ffffff"})
    void invalid_or_long_frame_disconnects(String head) {
        join("7ff10000");

        write(head);

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void accepts_a_message_of_the_maximum_length() {
        socket = MemorySocket.to(rawSocket.limit(1 << 24));
        write("7ff10000");
        assertThat(readHex()).isEqualTo("7ff10000");
        send(HELLO);
        received();

        byte[] longest = new byte[4 + (1 << 24)];
        java.util.Arrays.fill(longest, (byte) ' ');
        ByteBuffer.wrap(longest).putInt(0x08000000);
        byte[] message = "[32,1,{},\"com.topic\"]".getBytes(UTF_8);
        System.arraycopy(message, 0, longest, 4, message.length);
        socket.write(longest);

        assertThat(received()).containsExactly("[33,1,1]");
    }

    @Test
    void messages_beyond_the_client_limit_are_reported() {
        join("7f210000"); // 2,048 bytes
        send("[32,1,{},\"com.topic\"]");
        received();

        topics.topic("com.topic").broadcast(Event.of("x".repeat(2040)));
        topics.topic("com.topic").broadcast(Event.of("short"));
        List<String> messages = received();
        assertThat(messages.get(0)).contains("{\"payload_limit_exceeded\":true}]");
        assertThat(messages.get(1)).endsWith("{},[\"short\"]]");

        send("[48,2,{},\"any\",[2040]]");
        send("[48,3,{},\"any\",[1]]");
        assertThat(received()).containsExactly("[8,48,2,{},\"wamp.error.payload_size_exceeded\"]", "[50,3,{},[\"x\"]]");
    }

    @Test
    void client_limit_below_WELCOME_is_an_error() {
        write("7f010000"); // 512 bytes
        socket.read();
        send(HELLO);

        assertThat(received()).hasSize(1).first().asString().endsWith("\"wamp.error.payload_size_exceeded\"]");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void violation_sends_ABORT_before_disconnect() {
        join("7ff10000");

        send("[0]");

        assertThat(received()).hasSize(1).first().asString().endsWith("\"wamp.error.protocol_violation\"]");
        assertThat(socket.isOpen()).isFalse();
        assertThat(server.malformed()).isEqualTo(1);
    }

    @Test
    void missing_handshake_times_out() {
        write("7f");
        socket.advance(Duration.ofSeconds(9));
        assertThat(socket.isOpen()).isTrue();

        socket.advance(Duration.ofSeconds(2));

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void silent_peer_is_pinged_then_disconnected() {
        socket = MemorySocket.to(rawSocket.keepAlive(new KeepAlive(Duration.ofSeconds(5), Duration.ofSeconds(2))));
        join("7ff10000");
        socket.advance(Duration.ofSeconds(1));
        socket.advance(Duration.ofSeconds(6));
        assertThat(received()).containsExactly("1: ");
        socket.write(frame(2, ""));
        socket.advance(Duration.ofSeconds(1));
        socket.advance(Duration.ofSeconds(6));
        assertThat(received()).containsExactly("1: ");

        socket.advance(Duration.ofSeconds(3));

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void pong_timeout_pauses_while_reads_are_paused() {
        List<PipelineContext> contexts = new ArrayList<>();
        KeepAlive keepAlive = new KeepAlive(Duration.ofSeconds(5), Duration.ofSeconds(2));
        socket = MemorySocket.to(new ForwardingComponent<Connection, Message>(rawSocket.keepAlive(keepAlive)) {
            @Override
            public void onOpen(Connection conn) throws Exception {
                contexts.add(PipelineContext.of(conn));
                super.onOpen(conn);
            }
        });
        join("7ff10000");
        contexts.get(0).pauseReads();
        socket.advance(Duration.ofSeconds(1));
        socket.advance(Duration.ofSeconds(6));
        assertThat(received()).containsExactly("1: ");
        socket.advance(Duration.ofSeconds(60));
        assertThat(socket.isOpen()).isTrue();

        contexts.get(0).resumeReads();
        socket.advance(Duration.ofSeconds(3));

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void limit_must_be_a_power_of_two() {
        assertThatThrownBy(() -> rawSocket.limit(1000))
                .hasMessage("limit: 1000 (expected: a power of two from 512 to 16777216)");
        assertThatThrownBy(() -> rawSocket.limit(256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void RawSocket_and_HTTP_share_a_port() {
        var both = rawSocket.or(new HttpServer(new Router().get("/", request -> HttpResponse.text("page"))));
        socket = MemorySocket.to(both);
        join("7ff10000");
        send("[32,1,{},\"com.topic\"]");
        assertThat(received()).containsExactly("[33,1,1]");

        MemorySocket browser = MemorySocket.to(both);
        browser.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(browser.readText()).startsWith("HTTP/1.1 200 ").endsWith("page");
        browser.close();
        socket.close();
    }

    @Test
    void silent_client_on_a_shared_port_times_out() {
        var both = rawSocket.or(new HttpServer(new Router().get("/", request -> HttpResponse.text("page"))));
        socket = MemorySocket.to(both);
        socket.advance(Duration.ofSeconds(9));
        assertThat(socket.isOpen()).isTrue();

        socket.advance(Duration.ofSeconds(2));

        assertThat(socket.isOpen()).isFalse();
        MemorySocket gone = MemorySocket.to(both);
        gone.close();
    }

    @Test
    void call_beyond_the_callee_limit_gets_an_error() {
        join("7f210000"); // 2,048 bytes
        send("[64,1,{},\"com.mine\"]");
        assertThat(received()).containsExactly("[65,1,1]");

        send("[48,2,{},\"com.mine\",[\"" + "x".repeat(2040) + "\"]]");

        assertThat(received()).containsExactly("[8,48,2,{},\"wamp.error.payload_size_exceeded\"]");
    }

    @Test
    void error_beyond_the_caller_limit_is_replaced() {
        join("7f210000");
        send("[64,1,{},\"com.mine\"]");
        send("[48,2,{},\"com.mine\"]");
        received();

        send("[8,68,1,{},\"com.error\",[\"" + "x".repeat(2040) + "\"]]");

        assertThat(received()).containsExactly("[8,48,2,{},\"wamp.error.payload_size_exceeded\"]");
    }

    @Test
    void progressive_result_beyond_the_caller_limit_ends_the_call() {
        write("7f210000");
        socket.read();
        send("[1,\"realm1\",{\"roles\":{\"caller\":{},\"callee\":{\"features\":"
                + "{\"progressive_call_results\":true,\"call_canceling\":true}}}}]");
        send("[64,1,{},\"com.mine\"]");
        send("[48,2,{\"receive_progress\":true},\"com.mine\"]");
        received();

        send("[70,1,{\"progress\":true},[\"" + "x".repeat(2040) + "\"]]");
        send("[70,1,{},[1]]");

        assertThat(received())
                .containsExactly(
                        "[8,48,2,{},\"wamp.error.payload_size_exceeded\"]", "[69,1,{\"mode\":\"killnowait\"}]");
    }
}
