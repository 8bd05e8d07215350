package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.leaktest.RawResponse;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is agreed about compression (RFC 7692 5 and 7.1). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompressionTest {
    private static final Deflate TAKEOVER = Deflate.DEFAULT.serverContextTakeover();

    private static String agreed(Deflate deflate, String offer) {
        try (DeflatePeer peer = new DeflatePeer(deflate, offer, new Recorder())) {
            return peer.agreed;
        }
    }

    /** Netty's clients fail the handshake, and tornado drops the connection, for an answer to what they did not offer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=9",
                "permessage-deflate; server_max_window_bits=10; client_max_window_bits=14"
            })
    void an_answer_repeats_what_was_offered(String offer) {
        assertThat(agreed(Deflate.DEFAULT, offer)).isEqualTo(offer);
        assertThat(agreed(TAKEOVER, offer)).isEqualTo(offer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate; client_max_window_bits | permessage-deflate",
                "permessage-deflate; client_max_window_bits=15 | permessage-deflate",
                "permessage-deflate; server_max_window_bits=\"15\" | permessage-deflate; server_max_window_bits=15",
                "x-webkit-deflate-frame, permessage-deflate | permessage-deflate"
            })
    void an_answer_leaves_out_what_needs_no_answer(String offer, String answer) {
        assertThat(agreed(Deflate.DEFAULT, offer)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | permessage-deflate",
                "permessage-deflate; client_max_window_bits | permessage-deflate; client_max_window_bits=11",
                "permessage-deflate; client_max_window_bits=15 | permessage-deflate; client_max_window_bits=11",
                "permessage-deflate; client_max_window_bits=9 | permessage-deflate; client_max_window_bits=9"
            })
    void a_client_window_is_asked_for_where_it_is_offered(String offer, String answer) {
        assertThat(agreed(Deflate.DEFAULT.clientWindow(11), offer)).isEqualTo(answer);
    }

    @Test
    void past_the_memory_for_windows_connections_are_not_compressed() {
        WsServer server = new WsServer(new Recorder()).compress(Deflate.DEFAULT.clientMemory(33 << 10));
        DeflatePeer first = new DeflatePeer(server, "permessage-deflate");
        assertThat(first.agreed).isEqualTo("permessage-deflate");
        assertThat(server.reservedMemory()).isEqualTo(32 << 10);
        try (DeflatePeer second = new DeflatePeer(server, "permessage-deflate");
                DeflatePeer without =
                        new DeflatePeer(server, "permessage-deflate, permessage-deflate; client_no_context_takeover");
                DeflatePeer small = new DeflatePeer(server, "permessage-deflate; client_max_window_bits=10")) {
            assertThat(second.agreed).isEqualTo("null");
            assertThat(without.agreed).isEqualTo("permessage-deflate; client_no_context_takeover");
            assertThat(small.agreed).isEqualTo("permessage-deflate; client_max_window_bits=10");
            assertThat(server.reservedMemory()).isEqualTo(33 << 10);
        }
        first.close();
        assertThat(server.reservedMemory()).isZero();
        try (DeflatePeer third = new DeflatePeer(server, "permessage-deflate")) {
            assertThat(third.agreed).isEqualTo("permessage-deflate");
        }
        assertThat(server.reservedMemory()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=08",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; client_max_window_bits=99",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; unheard_of",
                "permessage-snappy"
            })
    void a_bad_offer_is_declined_and_the_next_one_considered(String offer) {
        assertThat(agreed(TAKEOVER, offer)).isEqualTo("null");
        assertThat(agreed(TAKEOVER, offer + ", permessage-deflate; server_max_window_bits=12"))
                .isEqualTo("permessage-deflate; server_max_window_bits=12");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                "permessage-deflate;",
                "permessage-deflate; =1",
                "a b",
                "permessage-deflate; x=\"",
                "a,; b",
                "a; b=\"c, d\""
            })
    void a_header_that_is_no_list_of_extensions_is_refused_with_400(String header) {
        try (Peer peer = new Peer()) {
            RawResponse answer = peer.serve(new WsServer(new Recorder()).compress(Deflate.DEFAULT))
                    .ask(Client.HANDSHAKE.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: " + header + "\r\n\r\n"));
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    /** As a proxy that joins headers may write them (RFC 9110 5.6.1.2). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ", permessage-deflate",
                "permessage-deflate,",
                "a,, ,permessage-deflate , ,",
                "\r\nSec-WebSocket-Extensions: permessage-deflate"
            })
    void empty_elements_are_ignored(String offer) {
        assertThat(agreed(Deflate.DEFAULT, offer)).isEqualTo("permessage-deflate");
    }

    @Test
    void offers_in_several_headers_are_one_list() {
        assertThat(agreed(
                        Deflate.DEFAULT,
                        "permessage-deflate; nonsense\r\nSec-WebSocket-Extensions: permessage-deflate"))
                .isEqualTo("permessage-deflate");
    }

    @Test
    void it_is_off_by_default_and_then_nothing_is_looked_at() {
        try (Peer peer = new Peer()) {
            RawResponse answer = peer.serve(new WsServer(new Recorder()))
                    .ask(Client.HANDSHAKE.replace(
                            "\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("sec-websocket-extensions")).isNull();
        }
    }

    @Test
    void wrong_options_name_the_value() {
        assertThatThrownBy(() -> Deflate.DEFAULT.threshold(-1)).hasMessage("threshold: -1 (expected: >= 0)");
        assertThatThrownBy(() -> Deflate.DEFAULT.level(10)).hasMessage("level: 10 (expected: 1-9)");
        assertThatThrownBy(() -> Deflate.DEFAULT.clientWindow(8)).hasMessage("clientWindow: 8 (expected: 9-15)");
        assertThatThrownBy(() -> Deflate.DEFAULT.clientMemory(-1)).hasMessage("clientMemory: -1 (expected: >= 0)");
    }
}
