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

/** Negotiation of permessage-deflate (RFC 7692 5 and 7.1). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompressionNegotiationTest {
    private static final Deflate TAKEOVER = Deflate.DEFAULT.serverContextTakeover();

    private static String negotiate(Deflate deflate, String offer) {
        try (DeflatePeer peer = new DeflatePeer(deflate, offer, new Recorder())) {
            return peer.negotiated;
        }
    }

    /**
     * A response must not contain parameters that were not offered.
     *
     * <p>Netty's clients fail the handshake in that case, and tornado drops the connection.
     */
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
    void response_repeats_the_offered_parameters(String offer) {
        assertThat(negotiate(Deflate.DEFAULT, offer)).isEqualTo(offer);
        assertThat(negotiate(TAKEOVER, offer)).isEqualTo(offer);
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
    void response_omits_parameters_that_need_no_answer(String offer, String response) {
        assertThat(negotiate(Deflate.DEFAULT, offer)).isEqualTo(response);
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
    void client_window_is_requested_only_if_offered(String offer, String response) {
        assertThat(negotiate(Deflate.DEFAULT.clientWindow(11), offer)).isEqualTo(response);
    }

    @Test
    void connections_beyond_the_window_memory_are_not_compressed() {
        WsServer server = new WsServer(new Recorder()).compress(Deflate.DEFAULT.clientMemory(33 << 10));
        DeflatePeer first = new DeflatePeer(server, "permessage-deflate");
        assertThat(first.negotiated).isEqualTo("permessage-deflate");
        assertThat(server.reservedMemory()).isEqualTo(32 << 10);
        try (DeflatePeer second = new DeflatePeer(server, "permessage-deflate");
                DeflatePeer without =
                        new DeflatePeer(server, "permessage-deflate, permessage-deflate; client_no_context_takeover");
                DeflatePeer small = new DeflatePeer(server, "permessage-deflate; client_max_window_bits=10")) {
            assertThat(second.negotiated).isEqualTo("null");
            assertThat(without.negotiated).isEqualTo("permessage-deflate; client_no_context_takeover");
            assertThat(small.negotiated).isEqualTo("permessage-deflate; client_max_window_bits=10");
            assertThat(server.reservedMemory()).isEqualTo(33 << 10);
        }
        first.close();
        assertThat(server.reservedMemory()).isZero();
        try (DeflatePeer third = new DeflatePeer(server, "permessage-deflate")) {
            assertThat(third.negotiated).isEqualTo("permessage-deflate");
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
    void invalid_offer_is_declined_and_the_next_one_considered(String offer) {
        assertThat(negotiate(TAKEOVER, offer)).isEqualTo("null");
        assertThat(negotiate(TAKEOVER, offer + ", permessage-deflate; server_max_window_bits=12"))
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
    void responds_400_to_a_malformed_extensions_header(String header) {
        try (Peer peer = new Peer()) {
            RawResponse response = peer.serve(new WsServer(new Recorder()).compress(Deflate.DEFAULT))
                    .request(ClientFrames.HANDSHAKE.replace(
                            "\r\n\r\n", "\r\nSec-WebSocket-Extensions: " + header + "\r\n\r\n"));
            assertThat(response.status()).isEqualTo(400);
        }
    }

    /** A proxy that joins headers may produce empty elements (RFC 9110 5.6.1.2). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ", permessage-deflate",
                "permessage-deflate,",
                "a,, ,permessage-deflate , ,",
                "\r\nSec-WebSocket-Extensions: permessage-deflate"
            })
    void empty_elements_are_ignored(String offer) {
        assertThat(negotiate(Deflate.DEFAULT, offer)).isEqualTo("permessage-deflate");
    }

    @Test
    void offers_in_several_headers_are_one_list() {
        assertThat(negotiate(
                        Deflate.DEFAULT,
                        "permessage-deflate; nonsense\r\nSec-WebSocket-Extensions: permessage-deflate"))
                .isEqualTo("permessage-deflate");
    }

    @Test
    void compression_is_off_by_default() {
        try (Peer peer = new Peer()) {
            RawResponse response = peer.serve(new WsServer(new Recorder()))
                    .request(ClientFrames.HANDSHAKE.replace(
                            "\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("sec-websocket-extensions")).isNull();
        }
    }

    @Test
    void invalid_options_are_rejected_with_their_value() {
        assertThatThrownBy(() -> Deflate.DEFAULT.threshold(-1)).hasMessage("threshold: -1 (expected: >= 0)");
        assertThatThrownBy(() -> Deflate.DEFAULT.level(10)).hasMessage("level: 10 (expected: 1-9)");
        assertThatThrownBy(() -> Deflate.DEFAULT.clientWindow(8)).hasMessage("clientWindow: 8 (expected: 9-15)");
        assertThatThrownBy(() -> Deflate.DEFAULT.clientMemory(-1)).hasMessage("clientMemory: -1 (expected: >= 0)");
    }
}
