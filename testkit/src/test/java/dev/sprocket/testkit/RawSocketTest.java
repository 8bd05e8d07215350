package dev.sprocket.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.RawSocket;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampServer;
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

/** WAMP's transport without HTTP (advanced profile, RawSocket). */
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

    private void says(String json) {
        socket.write(frame(0, json));
    }

    /** The messages that have arrived; "type: text" for other frames. */
    private List<String> hears() {
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

    private void joins(String handshake) {
        write(handshake);
        socket.read();
        says(HELLO);
        assertThat(hears()).hasSize(1).first().asString().startsWith("[2,");
    }

    @Test
    void the_handshake_agrees_on_a_serialisation_and_on_lengths() {
        write("7ff10000");

        assertThat(readHex()).isEqualTo("7fb10000"); // 2^20 of the server's
        says(HELLO);
        assertThat(hears()).first().asString().startsWith("[2,");
    }

    @Test
    void the_handshake_may_come_byte_by_byte_and_with_what_follows() {
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
        assertThat(hears()).first().asString().startsWith("[2,");
    }

    @ParameterizedTest
    @CsvSource({"7ff40000, 7f100000", "7ff00000, 7f100000", "7ff10001, 7f300000", "7ff10100, 7f300000"})
    void what_is_not_spoken_is_answered_with_an_error(String asked, String answer) {
        write(asked);

        assertThat(readHex()).isEqualTo(answer);
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void a_server_that_stops_says_goodbye() {
        joins("7ff10000");

        socket.fire(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));

        assertThat(hears())
                .containsExactly("[6,{\"message\":\"server is going away\"},\"wamp.close.system_shutdown\"]");
        assertThat(socket.isOpen()).isTrue();
        says("[6,{},\"wamp.close.goodbye_and_out\"]");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void another_first_byte_is_not_listened_to() {
        write("47");

        assertThat(readHex()).isEmpty();
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void a_ping_is_answered_with_its_payload() {
        joins("7ff10000");

        socket.write(frame(1, "payload"));
        socket.write(frame(1, ""));
        socket.write(frame(2, "never asked"));

        assertThat(hears()).containsExactly("2: payload", "2: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"03000000", "07000000", "10000000", "80000000", "00100001", "08000000", "01ffffff"})
    void a_frame_that_is_none_or_too_long_ends_it_at_once(String head) {
        joins("7ff10000");

        write(head);

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void a_message_of_the_longest_length_is_taken() {
        socket = MemorySocket.to(rawSocket.limit(1 << 24));
        write("7ff10000");
        assertThat(readHex()).isEqualTo("7ff10000");
        says(HELLO);
        hears();

        byte[] longest = new byte[4 + (1 << 24)];
        java.util.Arrays.fill(longest, (byte) ' ');
        ByteBuffer.wrap(longest).putInt(0x08000000);
        byte[] message = "[32,1,{},\"com.topic\"]".getBytes(UTF_8);
        System.arraycopy(message, 0, longest, 4, message.length);
        socket.write(longest);

        assertThat(hears()).containsExactly("[33,1,1]");
    }

    @Test
    void what_is_longer_than_the_client_takes_is_said_to_be() {
        joins("7f210000"); // 2,048 bytes
        says("[32,1,{},\"com.topic\"]");
        hears();

        topics.topic("com.topic").broadcast(Event.of("x".repeat(2040)));
        topics.topic("com.topic").broadcast(Event.of("short"));
        List<String> heard = hears();
        assertThat(heard.get(0)).contains("{\"payload_limit_exceeded\":true}]");
        assertThat(heard.get(1)).endsWith("{},[\"short\"]]");

        says("[48,2,{},\"any\",[2040]]");
        says("[48,3,{},\"any\",[1]]");
        assertThat(hears()).containsExactly("[8,48,2,{},\"wamp.error.payload_size_exceeded\"]", "[50,3,{},[\"x\"]]");
    }

    @Test
    void a_client_that_does_not_take_WELCOME_is_told_so() {
        write("7f010000"); // 512 bytes
        socket.read();
        says(HELLO);

        assertThat(hears()).hasSize(1).first().asString().endsWith("\"wamp.error.payload_size_exceeded\"]");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void a_violation_is_said_before_the_end() {
        joins("7ff10000");

        says("[0]");

        assertThat(hears()).hasSize(1).first().asString().endsWith("\"wamp.error.protocol_violation\"]");
        assertThat(socket.isOpen()).isFalse();
        assertThat(server.malformed()).isEqualTo(1);
    }

    @Test
    void who_does_not_shake_hands_is_disconnected_in_time() {
        write("7f");
        socket.advance(Duration.ofSeconds(9));
        assertThat(socket.isOpen()).isTrue();

        socket.advance(Duration.ofSeconds(2));

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void silent_peers_are_pinged_and_then_disconnected() {
        socket = MemorySocket.to(rawSocket.keepAlive(new KeepAlive(Duration.ofSeconds(5), Duration.ofSeconds(2))));
        joins("7ff10000");
        socket.advance(Duration.ofSeconds(1));
        socket.advance(Duration.ofSeconds(6));
        assertThat(hears()).containsExactly("1: ");
        socket.write(frame(2, ""));
        socket.advance(Duration.ofSeconds(1));
        socket.advance(Duration.ofSeconds(6));
        assertThat(hears()).containsExactly("1: ");

        socket.advance(Duration.ofSeconds(3));

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void a_peer_that_is_not_read_from_is_not_silent() {
        List<PipelineContext> bottom = new ArrayList<>();
        KeepAlive times = new KeepAlive(Duration.ofSeconds(5), Duration.ofSeconds(2));
        socket = MemorySocket.to(new ForwardingComponent<Connection, Message>(rawSocket.keepAlive(times)) {
            @Override
            public void onOpen(Connection conn) throws Exception {
                bottom.add(PipelineContext.of(conn));
                super.onOpen(conn);
            }
        });
        joins("7ff10000");
        bottom.get(0).outbound().pauseReads();
        socket.advance(Duration.ofSeconds(1));
        socket.advance(Duration.ofSeconds(6));
        assertThat(hears()).containsExactly("1: ");
        socket.advance(Duration.ofSeconds(60));
        assertThat(socket.isOpen()).isTrue();

        bottom.get(0).outbound().resumeReads();
        socket.advance(Duration.ofSeconds(3));

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void a_limit_is_a_power_of_two() {
        assertThatThrownBy(() -> rawSocket.limit(1000))
                .hasMessage("limit: 1000 (expected: a power of two from 512 to 16777216)");
        assertThatThrownBy(() -> rawSocket.limit(256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void both_transports_share_a_port() {
        var both = rawSocket.or(new HttpServer(new Router().get("/", request -> HttpResponse.text("page"))));
        socket = MemorySocket.to(both);
        joins("7ff10000");
        says("[32,1,{},\"com.topic\"]");
        assertThat(hears()).containsExactly("[33,1,1]");

        MemorySocket browser = MemorySocket.to(both);
        browser.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(browser.readText()).startsWith("HTTP/1.1 200 ").endsWith("page");
        browser.close();
        socket.close();
    }

    @Test
    void who_says_nothing_on_a_shared_port_is_disconnected_in_time() {
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
    void a_call_is_answered_even_if_it_is_longer_than_the_callee_takes() {
        joins("7f210000"); // 2,048 bytes
        says("[64,1,{},\"com.mine\"]");
        assertThat(hears()).containsExactly("[65,1,1]");

        says("[48,2,{},\"com.mine\",[\"" + "x".repeat(2040) + "\"]]");

        assertThat(hears()).containsExactly("[8,48,2,{},\"wamp.error.payload_size_exceeded\"]");
    }

    @Test
    void a_call_is_answered_even_if_the_error_is_longer_than_the_caller_takes() {
        joins("7f210000");
        says("[64,1,{},\"com.mine\"]");
        says("[48,2,{},\"com.mine\"]");
        hears();

        says("[8,68,1,{},\"com.error\",[\"" + "x".repeat(2040) + "\"]]");

        assertThat(hears()).containsExactly("[8,48,2,{},\"wamp.error.payload_size_exceeded\"]");
    }

    @Test
    void a_part_of_a_result_that_is_longer_than_the_caller_takes_ends_the_call() {
        write("7f210000");
        socket.read();
        says("[1,\"realm1\",{\"roles\":{\"caller\":{},\"callee\":{\"features\":"
                + "{\"progressive_call_results\":true,\"call_canceling\":true}}}}]");
        says("[64,1,{},\"com.mine\"]");
        says("[48,2,{\"receive_progress\":true},\"com.mine\"]");
        hears();

        says("[70,1,{\"progress\":true},[\"" + "x".repeat(2040) + "\"]]");
        says("[70,1,{},[1]]");

        assertThat(hears())
                .containsExactly(
                        "[8,48,2,{},\"wamp.error.payload_size_exceeded\"]", "[69,1,{\"mode\":\"killnowait\"}]");
    }
}
