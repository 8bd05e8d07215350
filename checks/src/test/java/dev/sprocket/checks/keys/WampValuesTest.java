package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.PUBSUB;
import static dev.sprocket.checks.keys.Key.WAMP;
import static dev.sprocket.checks.keys.Key.WS;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversion of WAMP v2 values between serializations, as bytes on the wire. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WampValuesTest {
    private static final int BINARY = 0x82;
    private static final String TOPIC = "t";
    /** HELLO with a realm and the roles publisher and subscriber. */
    private static final String CBOR_HELLO = "8301" + "667265616c6d31" + "a165726f6c6573a2" + "697075626c6973686572"
            + "a0" + "6a73756273637269626572" + "a0";

    private static final String MSGPACK_HELLO = "9301" + "a67265616c6d31" + "81a5726f6c657382" + "a97075626c6973686572"
            + "80" + "aa73756273637269626572" + "80";

    private Site site;
    private Peer json;
    private Peer cbor;
    private Peer msgpack;

    /** Client that has subscribed to the topic. */
    private record Peer(RawWebSocket socket, boolean binary) implements AutoCloseable {
        static Peer join(Site site, String format, String hello, String subscribe) throws Exception {
            RawWebSocket socket = RawWebSocket.open(
                    site.port(),
                    "/ws",
                    "Origin: http://127.0.0.1:" + site.port(),
                    "Sec-WebSocket-Protocol: wamp.2." + format);
            Peer peer = new Peer(socket, !format.equals("json"));
            peer.send(hello);
            peer.receive();
            peer.send(subscribe);
            peer.receive();
            return peer;
        }

        void send(String message) throws Exception {
            if (binary) {
                socket.frame(BINARY, HexFormat.of().parseHex(message));
            } else {
                socket.send(message);
            }
        }

        /** Receives a message, in hexadecimal if it is binary. */
        String receive() throws Exception {
            byte[] payload = socket.frame().payload();
            return binary ? HexFormat.of().formatHex(payload) : new String(payload, UTF_8);
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void start() throws Exception {
        site = Site.start(web(route("/ws", PUBSUB, WS, WAMP)));
        json = Peer.join(site, "json", "[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]", "[32,1,{},\"t\"]");
        cbor = Peer.join(site, "cbor", CBOR_HELLO, "84182001a06174");
        msgpack = Peer.join(site, "msgpack", MSGPACK_HELLO, "94200180a174");
    }

    @AfterEach
    void stop() {
        json.close();
        cbor.close();
        msgpack.close();
        site.close();
    }

    /** Returns the only argument of an event. */
    private static String argument(String json) {
        return json.replaceFirst("^\\[36,\\d+,\\d+,\\{},\\[(.*)]]$", "$1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "c241ff|255|ccff",
                "c341ff|-256|d1ff00",
                "1bffffffffffffffff|18446744073709551615|cfffffffffffffffff",
                "3bffffffffffffffff|-18446744073709551616|cbc3f0000000000000",
                "3b8000000000000001|-9223372036854775810|b42d39323233333732303336383534373735383130",
                "c249010000000000000001|18446744073709551617|b43138343436373434303733373039353531363137",
                "f93c00|1.0|cb3ff0000000000000",
                "fa3dcccccd|0.10000000149011612|cb3fb99999a0000000",
                "f97e00|null|cb7ff8000000000000",
                "f97c00|null|cb7ff0000000000000",
                "f7|null|c0",
                "c482211969b3|270.59|cb4070e970a3d70a3d",
                "c074323031332d30332d32315432303a30343a30305a|\"2013-03-21T20:04:00Z\"|b4323031332d30332d32315432303a30343a30305a",
                "9f0102ff|[1,2]|dd000000020102",
                "7f61616162ff|\"ab\"|a26162",
                "4101|\"\\u0000AQ==\"|c40101",
                "a11bfffffffffffffffff6|{\"18446744073709551615\":null}|df00000001b43138343436373434303733373039353531363135c0"
            })
    void cbor_value_reaches_other_serializations_unchanged(String hex, String asJson, String asMsgpack)
            throws Exception {
        cbor.send("8510" + "02" + "a0" + "6174" + "81" + hex);

        assertThat(argument(json.receive())).isEqualTo(asJson);
        assertThat(msgpack.receive()).matches("9524[0-9a-f]+?80dd00000001" + asMsgpack);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "18446744073709551617|c249010000000000000001|b43138343436373434303733373039353531363137",
                "-9223372036854775809|3b8000000000000000|b42d39323233333732303336383534373735383039",
                "9007199254740993|1b0020000000000001|cf0020000000000001",
                "-0|fb8000000000000000|cb8000000000000000",
                "0.1|fb3fb999999999999a|cb3fb999999999999a",
                "1e400|c48219019001|a631452b343030",
                "\"\\ud83d!\"|64efbfbd21|a4efbfbd21"
            })
    void json_value_reaches_other_serializations_unchanged(String text, String asCbor, String asMsgpack)
            throws Exception {
        json.send("[16,2,{},\"t\",[" + text + "]]");

        assertThat(cbor.receive()).matches("(85|9f)1824[0-9a-f]+?a0(81|9f)" + asCbor + "(ff)*");
        assertThat(msgpack.receive()).matches("9524[0-9a-f]+?80(91|dd00000001)" + asMsgpack);
    }

    /** Publishes a malformed CBOR argument. */
    @ParameterizedTest
    @ValueSource(strings = {"f0", "f8ff", "62c080", "63eda080", "a1f500", "a1410100", "c5822003", "81d81900"})
    void malformed_cbor_ends_only_its_session(String hex) throws Exception {
        cbor.send("8510" + "02" + "a0" + "6174" + "81" + hex);
        assertThat(cbor.receive())
                .startsWith("8303")
                .contains(HexFormat.of().formatHex("protocol_violation".getBytes(UTF_8)));

        msgpack.send("95100280a1749105");
        assertThat(argument(json.receive())).isEqualTo("5");
    }

    @Test
    void json_event_text_is_unchanged() throws Exception {
        try (Peer other = Peer.join(
                site, "json", "[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]", "[32,1,{},\"" + TOPIC + "\"]")) {
            other.send("[16,2,{},\"t\",[ 1.50, 1e400, \"\\ud83d\", 18446744073709551617 ]]");

            assertThat(json.receive()).endsWith("[ 1.50, 1e400, \"\\ud83d\", 18446744073709551617 ]]");
        }
    }
}
