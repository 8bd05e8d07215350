package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.LogLines;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Protocol violations by clients (RFC 9113, RFC 7541), clause by clause.
 *
 * <p>Covers the cases of h2spec and more. Each is sent in one piece and octet by octet.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class Http2RulesTest {
    private static final String PING = " | 06 00 0 0000000000000001";

    private static Http2TestClient connect() {
        return new Http2TestClient(
                new Router()
                        .get("/", request -> HttpResponse.text("here"))
                        .post("/", request -> HttpResponse.text("taken"))
                        .route("GET", "/wait", new Recorder()),
                HttpLimits.DEFAULT);
    }

    private static List<String> outcome(String frames, boolean trickled) {
        try (Http2TestClient wire = connect()) {
            wire.preface();
            List<String> seen = new ArrayList<>();
            // two bars separate frames that are sent after the responses to the earlier ones
            for (String part : frames.split("\\|\\|")) {
                if (trickled) {
                    wire.trickle(part);
                } else {
                    wire.send(part);
                }
                seen.addAll(wire.received());
            }
            wire.wire().advance(1500);
            seen.addAll(wire.received());
            return seen;
        }
    }

    /** The client violates a rule of the connection, which is closed (5.4.1). */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "4.2 HEADERS longer than SETTINGS_MAX_FRAME_SIZE; !004001 01 05 00000001; FRAME_SIZE_ERROR",
                "4.2 DATA longer than SETTINGS_MAX_FRAME_SIZE; 01 04 1 POST | !004001 00 01 00000001; FRAME_SIZE_ERROR",
                "4.3 field block that is no HPACK; 01 05 1 40; COMPRESSION_ERROR",
                "4.3 PRIORITY inside a field block; 01 01 1 GET | 02 00 1 0000000010 | 09 04 1; PROTOCOL_ERROR",
                "4.3 HEADERS of another stream inside a field block; 01 01 1 GET | 01 05 3 GET; PROTOCOL_ERROR",
                "5.1 DATA on an idle stream; 00 01 1 61; PROTOCOL_ERROR",
                "5.1 RST_STREAM on an idle stream; 03 00 1 00000008; PROTOCOL_ERROR",
                "5.1 WINDOW_UPDATE on an idle stream; 08 00 1 00000064; PROTOCOL_ERROR",
                "5.1 CONTINUATION on an idle stream; 09 04 1 GET; PROTOCOL_ERROR",
                "5.1 DATA on a closed stream; 01 05 1 GET || 00 01 1 61; STREAM_CLOSED",
                "5.1 HEADERS on a closed stream; 01 05 1 GET || 01 05 1 GET; STREAM_CLOSED",
                "5.1 trailers on a closed stream; 01 05 1 GET || 01 05 1 000178 0179; STREAM_CLOSED",
                "5.1 CONTINUATION on a closed stream; 01 05 1 GET | 09 04 1 GET; PROTOCOL_ERROR",
                "5.1.1 stream id that is even; 01 05 2 GET; PROTOCOL_ERROR",
                "5.1.1 stream id below an earlier one; 01 05 5 GET || 01 05 3 GET; PROTOCOL_ERROR",
                "5.1.1 DATA on an id that was passed over; 01 05 5 GET || 00 01 3 61; PROTOCOL_ERROR",
                "5.3.1 HEADERS that depend on themselves; 01 25 1 00000001ff GET; PROTOCOL_ERROR",
                "5.5 unknown frame inside a field block; 01 01 1 GET | 16 00 0 00 | 09 04 1; PROTOCOL_ERROR",
                "6.1 DATA on stream 0; 00 01 0 61; PROTOCOL_ERROR",
                "6.1 DATA with more padding than payload; 01 04 1 POST | 00 09 1 0561; PROTOCOL_ERROR",
                "6.2 HEADERS on stream 0; 01 05 0 GET; PROTOCOL_ERROR",
                "6.2 HEADERS with more padding than payload; 01 0d 1 ff GET; PROTOCOL_ERROR",
                "6.2 HEADERS too short for its padding; 01 0d 1; FRAME_SIZE_ERROR",
                "6.3 PRIORITY on stream 0; 02 00 0 0000000010; PROTOCOL_ERROR",
                "6.4 RST_STREAM on stream 0; 03 00 0 00000008; PROTOCOL_ERROR",
                "6.4 RST_STREAM of 3 octets; 01 04 1 WAIT | 03 00 1 000000; FRAME_SIZE_ERROR",
                "6.5 acknowledgement of settings with a payload; 04 01 0 00; FRAME_SIZE_ERROR",
                "6.5 SETTINGS on a stream; 04 00 1; PROTOCOL_ERROR",
                "6.5 SETTINGS of 3 octets; 04 00 0 000300; FRAME_SIZE_ERROR",
                "6.5.2 ENABLE_PUSH that is no flag; 04 00 0 0002 00000002; PROTOCOL_ERROR",
                "6.5.2 INITIAL_WINDOW_SIZE above 2^31-1; 04 00 0 0004 80000000; FLOW_CONTROL_ERROR",
                "6.5.2 MAX_FRAME_SIZE below 16384; 04 00 0 0005 00003fff; PROTOCOL_ERROR",
                "6.5.2 MAX_FRAME_SIZE above 2^24-1; 04 00 0 0005 01000000; PROTOCOL_ERROR",
                "RFC 8441 3 ENABLE_CONNECT_PROTOCOL that is no flag; 04 00 0 0008 00000002; PROTOCOL_ERROR",
                "6.6 PUSH_PROMISE by a client; 01 04 1 WAIT | 05 04 1 00000002 GET; PROTOCOL_ERROR",
                "6.7 PING on a stream; 06 00 1 0000000000000000; PROTOCOL_ERROR",
                "6.7 PING of 6 octets; 06 00 0 000000000000; FRAME_SIZE_ERROR",
                "6.8 GOAWAY on a stream; 07 00 1 0000000000000000; PROTOCOL_ERROR",
                "6.8 GOAWAY of 4 octets; 07 00 0 00000000; FRAME_SIZE_ERROR",
                "6.9 WINDOW_UPDATE of 0 on the connection; 08 00 0 00000000; PROTOCOL_ERROR",
                "6.9 WINDOW_UPDATE of 3 octets; 08 00 0 000001; FRAME_SIZE_ERROR",
                "6.9.1 window of the connection above 2^31-1; 08 00 0 7fffffff; FLOW_CONTROL_ERROR",
                "6.9.2 settings that lift a window above 2^31-1; 01 04 1 WAIT | 08 00 1 7fff0000 | 04 00 0 0004"
                        + " 7fffffff; FLOW_CONTROL_ERROR",
                "6.10 CONTINUATION followed by DATA; 01 00 1 GET | 09 00 1 000178 0179 | 00 01 1 61; PROTOCOL_ERROR",
                "6.10 CONTINUATION on stream 0; 01 00 1 GET | 09 04 0; PROTOCOL_ERROR",
                "6.10 CONTINUATION after the end of a field block; 01 04 1 WAIT | 09 04 1 000178 0179; PROTOCOL_ERROR",
                "6.10 CONTINUATION of another stream; 01 00 1 GET | 09 04 3; PROTOCOL_ERROR",
                "6.10 CONTINUATION after DATA; 01 04 1 POST | 00 00 1 61 | 09 04 1 000178 0179; PROTOCOL_ERROR",
                "RFC 7541 2.3.3 index beyond both tables; 01 05 1 GET fe; COMPRESSION_ERROR",
                "RFC 7541 2.3.3 name index beyond both tables; 01 05 1 GET 7f20 0161; COMPRESSION_ERROR",
                "RFC 7541 4.2 table size update at the end of a block; 01 05 1 GET 20; COMPRESSION_ERROR",
                "RFC 7541 5.2 Huffman padding of 8 bits; 01 05 1 GET 0085 f2b24a84ff 83497fff; COMPRESSION_ERROR",
                "RFC 7541 5.2 Huffman padding of zeros; 01 05 1 GET 0085 f2b24a8480 81 07; COMPRESSION_ERROR",
                "RFC 7541 5.2 Huffman code of EOS; 01 05 1 GET 000178 84 ffffffff; COMPRESSION_ERROR",
                "RFC 7541 5.1 integer without end; 01 05 1 GET ffffffffffffffffffffffff; COMPRESSION_ERROR",
                "RFC 7541 5.2 text that is cut off; 01 05 1 GET 000178 0561; COMPRESSION_ERROR",
                "RFC 7541 6.1 index 0; 01 05 1 GET 80; COMPRESSION_ERROR",
                "RFC 7541 6.3 table size above the setting; 01 05 1 3fe2ff01 GET; COMPRESSION_ERROR"
            })
    void connection_error_closes_the_connection(String clause, String frames, String error) {
        for (boolean trickled : new boolean[] {false, true}) {
            assertThat(outcome(frames, trickled))
                    .as(trickled ? "octet by octet" : "in one piece")
                    .contains("goaway " + error, "closed")
                    .filteredOn(seen -> seen.startsWith("goaway"))
                    .hasSize(1);
        }
    }

    /** The client violates a rule of a stream, which is reset; other streams continue (5.4.2). */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "5.1 DATA after the end of a request; 01 05 1 WAIT | 00 01 1 61; STREAM_CLOSED",
                "5.1 HEADERS after the end of a request; 01 05 1 WAIT | 01 05 1 GET; STREAM_CLOSED",
                "5.1 DATA after RST_STREAM; 01 04 1 WAIT | 03 00 1 00000008 | 00 01 1 61; STREAM_CLOSED",
                "5.1 HEADERS after RST_STREAM; 01 04 1 WAIT | 03 00 1 00000008 | 01 05 1 GET; STREAM_CLOSED",
                "5.3.1 PRIORITY that depends on itself; 01 04 1 WAIT | 02 00 1 0000000110; PROTOCOL_ERROR",
                "6.1 DATA too short for its padding; 01 04 1 POST | 00 09 1; FRAME_SIZE_ERROR",
                "6.3 PRIORITY of 4 octets; 01 04 1 WAIT | 02 00 1 00000000; FRAME_SIZE_ERROR",
                "6.3 PRIORITY of 4 octets on an idle stream; 02 00 1 00000000; FRAME_SIZE_ERROR",
                "6.3 PRIORITY of 4 octets on a closed stream; 01 04 1 WAIT | 03 00 1 00000008 || 02 00 1 00000000;"
                        + " FRAME_SIZE_ERROR",
                "6.3 PRIORITY of 6 octets; 01 04 1 WAIT | 02 00 1 000000001000; FRAME_SIZE_ERROR",
                "6.9 WINDOW_UPDATE of 0 on a stream; 01 04 1 WAIT | 08 00 1 00000000; PROTOCOL_ERROR",
                "6.9.1 window of a stream above 2^31-1; 01 04 1 WAIT | 08 00 1 7fffffff; FLOW_CONTROL_ERROR",
                "8.1 second HEADERS that does not end the request; 01 04 1 POST | 01 04 1 000178 0179; PROTOCOL_ERROR",
                "8.2 upper case in a name; 01 05 1 GET 000158 0179; PROTOCOL_ERROR",
                "8.2.1 name without characters; 01 05 1 GET 0000 0179; PROTOCOL_ERROR",
                "8.2.1 blank in a name; 01 05 1 GET 0003782079 0179; PROTOCOL_ERROR",
                "8.2.1 colon in a name; 01 05 1 GET 0003783a79 0179; PROTOCOL_ERROR",
                "8.2.1 NUL in a value; 01 05 1 GET 000178 03610062; PROTOCOL_ERROR",
                "8.2.1 LF in a value; 01 05 1 GET 000178 03610a62; PROTOCOL_ERROR",
                "8.2.1 CR in a value; 01 05 1 GET 000178 03610d62; PROTOCOL_ERROR",
                "8.2.1 value that begins with a blank; 01 05 1 GET 000178 022061; PROTOCOL_ERROR",
                "8.2.1 value that ends with a tab; 01 05 1 GET 000178 026109; PROTOCOL_ERROR",
                "8.2.2 connection; 01 05 1 GET 000a636f6e6e656374696f6e 0a6b6565702d616c697665; PROTOCOL_ERROR",
                "8.2.2 keep-alive; 01 05 1 GET 000a6b6565702d616c697665 0139; PROTOCOL_ERROR",
                "8.2.2 proxy-connection; 01 05 1 GET 001070726f78792d636f6e6e656374696f6e 0139; PROTOCOL_ERROR",
                "8.2.2 upgrade; 01 05 1 GET 000775706772616465 09776562736f636b6574; PROTOCOL_ERROR",
                "8.2.2 transfer-encoding; 01 04 1 POST 00117472616e736665722d656e636f64696e67 076368756e6b6564;"
                        + " PROTOCOL_ERROR",
                "8.2.2 te other than trailers; 01 05 1 GET 00027465 0f747261696c6572732c2064656c6174; PROTOCOL_ERROR",
                "8.3 unknown pseudo header; 01 05 1 GET 00053a74657374 026f6b; PROTOCOL_ERROR",
                "8.3 pseudo header of responses; 01 05 1 GET 88; PROTOCOL_ERROR",
                "8.3 pseudo header after others; 01 05 1 82 87 000178 0179 84 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3 pseudo header in trailers; 01 04 1 POST | 01 05 1 82; PROTOCOL_ERROR",
                "8.3.1 :path without characters; 01 05 1 82 87 0400 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 no :method; 01 05 1 87 84 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 no :method, with a body to come; 01 04 1 87 84 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 no :scheme; 01 05 1 82 84 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 no :path; 01 05 1 82 87 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 no pseudo header; 01 05 1 000178 0179; PROTOCOL_ERROR",
                "8.3.1 no header; 01 05 1; PROTOCOL_ERROR",
                "8.3.1 :method twice; 01 05 1 82 GET; PROTOCOL_ERROR",
                "8.3.1 :scheme twice; 01 05 1 87 GET; PROTOCOL_ERROR",
                "8.3.1 :path twice; 01 05 1 84 GET; PROTOCOL_ERROR",
                "8.3.1 :authority twice; 01 05 1 GET 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 :method without characters; 01 05 1 0200 87 84 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 :method that is no token; 01 05 1 0203472054 87 84 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.3.1 :scheme that is none; 01 05 1 82 0603612062 84 41096c6f63616c686f7374; PROTOCOL_ERROR",
                "8.5 CONNECT with :scheme and :path; 01 04 1 0207434f4e4e454354 87 84 41096c6f63616c686f7374;"
                        + " PROTOCOL_ERROR",
                "8.5 CONNECT without :authority; 01 04 1 0207434f4e4e454354; PROTOCOL_ERROR",
                "RFC 8441 4 :protocol with a method other than CONNECT; 01 05 1 GET 00093a70726f746f636f6c"
                        + " 09776562736f636b6574; PROTOCOL_ERROR",
                "RFC 8441 4 extended CONNECT without :path; 01 04 1 0207434f4e4e454354 87 41096c6f63616c686f7374"
                        + " 00093a70726f746f636f6c 09776562736f636b6574; PROTOCOL_ERROR",
                "8.1.1 content-length below the body; 01 04 1 POST 000e636f6e74656e742d6c656e677468 0131 | 00 01 1"
                        + " 6161; PROTOCOL_ERROR",
                "8.1.1 content-length above the body; 01 04 1 POST 000e636f6e74656e742d6c656e677468 0139 | 00 01 1"
                        + " 6161; PROTOCOL_ERROR",
                "8.1.1 content-length other than several DATA; 01 04 1 POST 000e636f6e74656e742d6c656e677468 0131 | 00"
                        + " 00 1 61 | 00 01 1 61; PROTOCOL_ERROR",
                "8.1.1 content-length without a body; 01 05 1 POST 000e636f6e74656e742d6c656e677468 0131;"
                        + " PROTOCOL_ERROR",
                "8.1.1 content-length that is no number; 01 04 1 POST 000e636f6e74656e742d6c656e677468 0178 | 00 01 1"
                        + " 61; PROTOCOL_ERROR",
                "8.1.1 two content-lengths; 01 04 1 POST 000e636f6e74656e742d6c656e677468 0131"
                        + " 000e636f6e74656e742d6c656e677468 0132 | 00 01 1 61; PROTOCOL_ERROR"
            })
    void stream_error_resets_only_the_stream(String clause, String frames, String error) {
        for (boolean trickled : new boolean[] {false, true}) {
            assertThat(outcome(frames + PING, trickled))
                    .as(trickled ? "octet by octet" : "in one piece")
                    .containsExactlyInAnyOrder("reset 1 " + error, "pong");
            assertThat(outcome(frames + " | 01 05 7 GET", trickled))
                    .as("a later request, " + (trickled ? "octet by octet" : "in one piece"))
                    .containsExactlyInAnyOrder("reset 1 " + error, "7: 200", "7: end");
        }
    }

    /** Unusual, but valid frames. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "4.1 unknown frame; 16 00 0 00 | 01 05 1 GET; 1: 200",
                "4.1 undefined flags and the reserved bit; 06 16 0 0000000000000001; pong",
                "4.1 reserved bit of a stream id; !000000 04 01 80000000 | 01 05 1 GET; 1: 200",
                "4.2 DATA of 2^14 octets; 01 04 1 POST | BIG; 1: 200",
                "5.1 PRIORITY on an idle stream; 02 00 3 0000000010 | 01 05 1 GET; 1: 200",
                "5.1 PRIORITY on a closed stream; 01 05 1 GET | 02 00 1 0000000010; 1: 200",
                "5.1 WINDOW_UPDATE on a closed stream; 01 05 1 GET | 08 00 1 00000001 | 01 05 3 GET; 3: 200",
                "5.1 RST_STREAM on a closed stream; 01 05 1 GET | 03 00 1 00000008 | 01 05 3 GET; 3: 200",
                "5.1 unknown frame on a closed stream; 01 05 1 GET | 16 00 1 00 | 01 05 3 GET; 3: 200",
                "5.1 WINDOW_UPDATE after the end of a request; 01 05 1 WAIT | 08 00 1 00000001 | 01 05 3 GET; 3: 200",
                "6.1 DATA with padding; 01 04 1 POST | 00 09 1 0261 0000; 1: 200",
                "6.2 HEADERS with padding and priority; 01 2d 1 02 00000000 10 GET 0000; 1: 200",
                "6.5.2 unknown setting; 04 00 0 00ff 00000001 | 01 05 1 GET; 1: 200",
                "6.5.3 a setting twice; 04 00 0 0004 00000000 0004 0000ffff | 01 05 1 GET; 1: 200",
                "6.7 PING; 06 00 0 0000000000000001; pong",
                "6.9 WINDOW_UPDATE of a stream; 01 04 1 POST | 08 00 1 00000001 | 00 01 1; 1: 200",
                "6.10 field block in three frames; 01 01 1 GET | 09 00 1 000178 | 09 04 1 0179; 1: 200",
                "7 RST_STREAM with an unknown code; 01 04 1 WAIT | 03 00 1 000000ff | 01 05 3 GET; 3: 200",
                "8.1 trailers; 01 04 1 POST | 00 00 1 61 | 01 05 1 000178 0179; 1: 200",
                "8.1 trailers without a body; 01 04 1 POST | 01 05 1 000178 0179; 1: 200",
                "8.2.2 te trailers; 01 05 1 GET 00027465 08747261696c657273; 1: 200",
                "8.3.1 :authority and an equal host; 01 05 1 GET 0004686f7374 096c6f63616c686f7374; 1: 200",
                "8.3.1 host alone; 01 05 1 82 87 84 0004686f7374 096c6f63616c686f7374; 1: 200",
                "8.3.1 :scheme http; 01 05 1 82 86 84 41096c6f63616c686f7374; 1: 200",
                "8.1.1 content-length as the body; 01 04 1 POST 000e636f6e74656e742d6c656e677468 0132 | 00 00 1 61 |"
                        + " 00 01 1 61; 1: 200",
                "RFC 7541 4.2 table size update at the beginning; 01 05 1 20 GET; 1: 200",
                "RFC 7541 6.2.3 literal that is never indexed; 01 05 1 GET 100178 0179; 1: 200"
            })
    void unusual_valid_frames_are_accepted(String clause, String frames, String expected) {
        String big = "00 01 1 " + "61".repeat(16384);
        for (boolean trickled : new boolean[] {false, true}) {
            assertThat(outcome(frames.replace("BIG", big), trickled))
                    .as(trickled ? "octet by octet" : "in one piece")
                    .contains(expected)
                    .noneMatch(seen -> seen.startsWith("reset") || seen.startsWith("goaway") || seen.equals("closed"));
        }
    }

    private static final String CONNECT = "0207434f4e4e454354 ";
    private static final String HOST = " 41096c6f63616c686f7374 ";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "websocket where a GET is, /, websocket, 501",
        "websocket where a stream is never answered, /wait, websocket, 501",
        "another protocol, /, connect-udp, 501",
        "websocket at an unknown path, /none, websocket, 404"
    })
    void extended_CONNECT_without_WebSocket_is_rejected(String name, String path, String protocol, int status) {
        String head = CONNECT + "87 " + Http2TestClient.field(":path", path) + HOST
                + Http2TestClient.field(":protocol", protocol);
        assertThat(outcome("01 04 1 " + head + PING, false)).contains("1: " + status, "1: end", "pong");
    }

    /** No response may accept the tunnel, because a 200 would. */
    @ParameterizedTest
    @ValueSource(strings = {"respond", "send", "stream"})
    void extended_CONNECT_is_501_when_component_responds(String how) {
        String head = CONNECT + "87 84" + HOST + Http2TestClient.field(":protocol", "websocket");
        Recorder app = new Recorder();
        try (Http2TestClient wire = new Http2TestClient(app, HttpLimits.DEFAULT)) {
            wire.preface().send("01 04 1 " + head);
            switch (how) {
                case "respond" -> app.last().respond(HttpResponse.text("x"));
                case "send" -> app.last().send("x");
                default -> assertThat(app.last().stream(HttpResponse.of(200))).isFalse();
            }
            assertThat(wire.received()).contains("1: 501", "1: end");
        }
    }

    @Test
    void plain_CONNECT_is_rejected() {
        assertThat(outcome("01 04 1 " + CONNECT + HOST, false)).contains("1: 400", "1: end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\tb", "/\u00e9", "/#a", "a", "*", "http://u@h/"})
    void invalid_path_is_400(String path) {
        String head = "82 87 " + Http2TestClient.field(":path", path) + HOST;
        assertThat(outcome("01 05 1 " + head + PING, false)).contains("1: 400", "pong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "localhost:1", "a b", ""})
    void host_other_than_authority_is_malformed(String host) {
        assertThat(outcome("01 05 1 GET " + Http2TestClient.field("host", host) + PING, false))
                .containsExactlyInAnyOrder("reset 1 PROTOCOL_ERROR", "pong");
    }

    /** Heads that may take several frames. */
    @ParameterizedTest
    @ValueSource(ints = {17_000, 40_000, 100_000, 250_000})
    void head_above_the_limit_is_431_and_logged(int size) {
        String block = HexFormat.of().formatHex(Http2TestClient.bytes("01 05 1 GET"), 9, 9 + 14)
                + Http2TestClient.field("x", "y".repeat(size));
        StringBuilder frames = new StringBuilder();
        for (int at = 0; at < block.length(); at += 32_000) {
            boolean last = at + 32_000 >= block.length();
            frames.append(at == 0 ? last ? "01 05 1 " : "01 01 1 " : last ? "09 04 1 " : "09 00 1 ")
                    .append(block, at, last ? block.length() : at + 32_000)
                    .append(" | ");
        }
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            assertThat(outcome(frames + "01 05 3 GET", false))
                    .containsExactlyInAnyOrder("1: 431", "1: end", "3: 200", "3: end");
            assertThat(log.containing("431")).singleElement().asString().contains("(expected: <= 16384)");
        }
    }

    @Test
    void unreadably_large_head_closes_and_logs() {
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            String block = Http2TestClient.field("x", "y".repeat(16_000));
            StringBuilder frames = new StringBuilder("01 01 1 GET");
            for (int i = 0; i < 25; i++) {
                frames.append(" | 09 00 1 ").append(block);
            }
            assertThat(outcome(frames.toString(), false)).anyMatch(seen -> seen.startsWith("goaway "));
            assertThat(log.containing("HTTP/2 error")).hasSize(1);
        }
    }

    /** RFC 9113 8.1: trailers end a request, and a tunnel. */
    @Test
    void trailers_end_a_tunnel() {
        String head = CONNECT + "87 84" + HOST + Http2TestClient.field(":protocol", "echo");
        Recorder app = new Recorder();
        try (Http2TestClient wire = new Http2TestClient(app, HttpLimits.DEFAULT)) {
            wire.preface().send("01 04 1 " + head);
            app.last().upgrade(HttpResponse.of(101));
            wire.send("00 00 1 61 | 01 05 1 000178 0179");

            assertThat(wire.received()).contains("1: 200", "1: end");
            assertThat(app.seen).containsExactly("open /", "message a", "close /");
        }
    }

    @Test
    void bytes_of_a_tunnel_pass_by_components_without_interest() {
        String head = CONNECT + "87 84" + HOST + Http2TestClient.field(":protocol", "echo");
        List<String> seen = new ArrayList<>();
        ProtocolLayer<HttpConnection> layer = new ProtocolLayer<>() {
            @Override
            protected void install(HttpConnection conn, LayerContext context) {
                conn.upgrade(HttpResponse.of(101));
                context.install(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object read) {
                        seen.add(((ByteBuf) read).toString(StandardCharsets.US_ASCII));
                        ((ByteBuf) read).release();
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext ctx) {
                        seen.add("close");
                    }
                });
            }
        };
        Passed passed = new Passed(layer);
        try (Http2TestClient wire = new Http2TestClient(passed, HttpLimits.DEFAULT)) {
            wire.preface().send("01 04 1 " + head + " | 00 00 1 61");
            wire.send("00 00 1 62").send("00 01 1 63");

            assertThat(wire.received()).contains("1: 200", "1: end");
        }
        assertThat(seen).containsExactly("a", "b", "c", "close");
        assertThat(passed.messages).isZero();
    }

    /** Passes all messages on, and counts those that reach it anyway. */
    private static final class Passed implements MessageComponent<HttpConnection, Message>, DelegatingComponent {
        private final MessageComponent<HttpConnection, Message> inner;
        private int messages;

        Passed(MessageComponent<HttpConnection, Message> inner) {
            this.inner = inner;
        }

        @Override
        public Optional<Component<?>> passesTo(Connection conn) {
            return Optional.of(inner);
        }

        @Override
        public void onOpen(HttpConnection conn) throws Exception {
            inner.onOpen(conn);
        }

        @Override
        public void onMessage(HttpConnection from, Message message) throws Exception {
            messages++;
            inner.onMessage(from, message);
        }

        @Override
        public void onClose(HttpConnection conn) throws Exception {
            inner.onClose(conn);
        }
    }

    /** RFC 9113 5.1.2. */
    @Test
    void streams_beyond_the_limit_are_rejected() {
        StringBuilder frames = new StringBuilder();
        for (int i = 0; i < 101; i++) {
            frames.append("01 05 ").append(2 * i + 1).append(" WAIT | ");
        }
        assertThat(outcome(frames.toString(), false)).containsExactly("reset 201 REFUSED_STREAM");
    }

    /** RFC 9113 3.4. */
    @Test
    void invalid_preface_closes_the_connection() {
        try (Http2TestClient wire = connect()) {
            wire.wire().send("INVALID CONNECTION PREFACE\r\n\r\n");
            assertThat(wire.received()).contains("goaway PROTOCOL_ERROR", "closed");
        }
        try (Http2TestClient wire = connect()) {
            wire.wire().send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            wire.send("06 00 0 0000000000000001");
            assertThat(wire.received()).contains("goaway PROTOCOL_ERROR", "closed");
        }
    }
}
