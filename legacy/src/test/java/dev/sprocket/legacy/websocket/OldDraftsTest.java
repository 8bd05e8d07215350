package dev.sprocket.legacy.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.text.Lines;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Clients of WebSocket drafts of 2010 and 2011. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
public class OldDraftsTest {
    /** Example of draft-hixie-thewebsocketprotocol-76, section 1.3. */
    public static final String HIXIE = "GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nSec-WebSocket-Protocol: sample\r\nUpgrade: WebSocket\r\n"
            + "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://example.com\r\n\r\n";

    public static final String KEY3 = "^n:ds[4U";

    private static final class Broadcaster implements MessageComponent<Connection, Message> {
        private final Set<Connection> all = new LinkedHashSet<>();

        @Override
        public void onOpen(Connection conn) {
            all.add(conn);
        }

        @Override
        public void onMessage(Connection from, Message message) {
            all.forEach(conn -> conn.send(message));
        }

        @Override
        public void onClose(Connection conn) {
            all.remove(conn);
        }
    }

    private static MessageComponent<? super Connection, ? super Message> stack(Broadcaster app) {
        return new HttpServer(new WsServer(app).lenient().alsoAccept(OldDrafts.ALL));
    }

    private static MemorySocket hixie(Broadcaster app) {
        MemorySocket socket = MemorySocket.to(stack(app));
        socket.write(HIXIE + KEY3);
        assertThat(socket.readText()).endsWith("\r\n\r\n8jKS'y:G*Co,Wxa-");
        return socket;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void hixie_76_handshake_follows_the_draft() {
        MemorySocket socket = MemorySocket.to(stack(new Broadcaster()));
        socket.write(HIXIE + KEY3.substring(0, 5));
        // the head is sent first: proxies do not forward the third key before they have received it
        assertThat(socket.readText())
                .startsWith("HTTP/1.1 101 ")
                .contains("Sec-WebSocket-Origin: http://example.com\r\n")
                .contains("Sec-WebSocket-Location: ws://example.com/demo\r\n")
                .endsWith("\r\n\r\n");
        socket.write(KEY3.substring(5));
        assertThat(socket.readText()).isEqualTo("8jKS'y:G*Co,Wxa-");
        socket.close();
    }

    @Test
    void closes_without_the_third_key_after_ten_seconds() {
        MemorySocket socket = MemorySocket.to(stack(new Broadcaster()));
        socket.write(HIXIE + KEY3.substring(0, 7));
        socket.advance(Duration.ofSeconds(9));
        assertThat(socket.isOpen()).isTrue();
        socket.advance(Duration.ofSeconds(1));
        assertThat(socket.readText()).startsWith("HTTP/1.1 101 ");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void responds_400_to_a_key_not_divisible_by_spaces() {
        MemorySocket socket = MemorySocket.to(stack(new Broadcaster()));
        socket.write(HIXIE.replace("0l 1 5", "0l 1 6") + KEY3);
        assertThat(socket.readText()).startsWith("HTTP/1.1 400 ");
        socket.close();
    }

    @Test
    void hixie_76_requires_a_subprotocol_unless_lenient() {
        WsServer strict = new WsServer(new Broadcaster()).alsoAccept(OldDrafts.ALL);
        MemorySocket rejected = MemorySocket.to(new HttpServer(strict));
        rejected.write(HIXIE + KEY3);
        assertThat(rejected.readText()).startsWith("HTTP/1.1 426 ");
        rejected.close();
        MemorySocket accepted = MemorySocket.to(new HttpServer(strict.lenient()));
        accepted.write(HIXIE + KEY3);
        assertThat(accepted.readText()).startsWith("HTTP/1.1 101 ").doesNotContain("Sec-WebSocket-Protocol");
        accepted.close();
    }

    /** One connection per incomplete text; hixie-76 has no close codes. */
    @Test
    void incomplete_texts_beyond_the_budget_close_the_largest() {
        InboundBudget budget = InboundBudget.of(100_000);
        List<MemorySocket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            MemorySocket socket =
                    MemorySocket.to(new ForwardingComponent<Connection, Message>(stack(new Broadcaster())) {
                        @Override
                        public void onOpen(Connection conn) throws Exception {
                            budget.assignTo(conn);
                            super.onOpen(conn);
                        }
                    });
            socket.write(HIXIE + KEY3);
            socket.read();
            socket.write("\0" + "x".repeat(9_000));
            assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            sockets.add(socket);
        }
        List<String> received = sockets.stream()
                .map(socket -> HexFormat.of().formatHex(socket.read()))
                .toList();
        assertThat(received).contains("ff00", "").containsOnly("ff00", "");
        sockets.forEach(MemorySocket::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void text_is_framed_by_00_and_ff() {
        MemorySocket socket = hixie(new Broadcaster());
        socket.write(hex("00 68 69 FF 00 21 FF"));
        assertThat(socket.read()).isEqualTo(hex("00 68 69 FF 00 21 FF"));
        socket.close();
    }

    @Test
    void text_may_be_split_into_packets() {
        MemorySocket socket = hixie(new Broadcaster());
        for (byte b : hex("00 C3 A6 68 69 FF 00 21 FF")) {
            socket.write(new byte[] {b});
        }
        assertThat(socket.read()).isEqualTo(hex("00 C3 A6 68 69 FF 00 21 FF"));
        socket.close();
    }

    @Test
    void long_text_closes_before_its_end() {
        MemorySocket socket = hixie(new Broadcaster());
        socket.write(hex("00"));
        socket.write("x".repeat(1 << 20));
        assertThat(socket.read()).isEmpty();
        socket.write("x");
        assertThat(socket.read()).isEqualTo(hex("FF 00"));
        socket.write(hex("FF 00 21 FF"));
        assertThat(socket.read()).isEmpty();
        socket.close();
    }

    @Test
    void frames_of_other_types_close_the_connection() {
        for (String frame : new String[] {
            "80 02 68 69",
            "80",
            "81 00",
            "FE 01 21",
            "FF 01 21",
            "FF 80",
            "80 80 80 80 80 80",
            "80 FF FF FF FF FF FF",
            "01 68 FF"
        }) {
            Broadcaster app = new Broadcaster();
            MemorySocket socket = hixie(app);
            socket.write(hex(frame));
            assertThat(socket.read()).as(frame).isEqualTo(hex("FF 00"));
            socket.write(hex("00 21 FF"));
            assertThat(socket.read()).as("after " + frame).isEmpty();
            socket.close();
        }
    }

    @Test
    void close_frame_is_ff_00_in_both_directions() {
        MemorySocket socket = hixie(new Broadcaster());
        socket.write(hex("FF 00"));
        assertThat(socket.read()).isEqualTo(hex("FF 00"));
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void invalid_UTF_8_closes_and_disconnects_after_five_seconds() {
        MemorySocket socket = hixie(new Broadcaster());
        socket.write(hex("00 C3 28 FF"));
        assertThat(socket.read()).isEqualTo(hex("FF 00"));
        assertThat(socket.isOpen()).isTrue();
        socket.advance(Duration.ofSeconds(5));
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void hybi_10_uses_the_RFC_6455_handshake() {
        for (String version : new String[] {"8", "7", "6"}) {
            MemorySocket socket = MemorySocket.to(stack(new Broadcaster()));
            socket.write(WsPeer.handshake("/").replace("Version: 13", "Version: " + version));
            assertThat(socket.readText())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            socket.close();
        }
    }

    @Test
    void other_version_gets_426_with_all_versions() {
        MemorySocket socket = MemorySocket.to(stack(new Broadcaster()));
        socket.write(WsPeer.handshake("/").replace("Version: 13", "Version: 5"));
        assertThat(socket.readText()).startsWith("HTTP/1.1 426 ").contains("Sec-WebSocket-Version: 13, 8, 7, 6\r\n");
        socket.close();
    }

    @Test
    void all_drafts_and_telnet_share_one_chat() {
        Broadcaster chat = new Broadcaster();
        MemorySocket hixie = hixie(chat);
        MemorySocket hybi = MemorySocket.to(stack(chat));
        hybi.write(WsPeer.handshake("/").replace("Version: 13", "Version: 8"));
        hybi.read();
        WsPeer today = WsPeer.toStack(stack(chat), "/");
        MemorySocket telnet = MemorySocket.to(new Lines(chat));
        hixie.write(hex("00 68 69 FF"));
        telnet.write("yo\n");
        assertThat(hixie.read()).isEqualTo(hex("00 68 69 FF 00 79 6F FF"));
        assertThat(hybi.read()).isEqualTo(hex("81 02 68 69 81 02 79 6F"));
        assertThat(today.texts()).containsExactly("hi", "yo");
        assertThat(new String(telnet.read(), StandardCharsets.UTF_8)).isEqualTo("hi\nyo\n");
        today.send(new byte[] {1});
        assertThat(today.binaries()).hasSize(1);
        assertThat(hixie.read())
                .as("binary message to a client that supports text only")
                .isEmpty();
        for (MemorySocket socket : new MemorySocket[] {hixie, hybi, today.socket(), telnet}) {
            socket.close();
        }
    }
}
