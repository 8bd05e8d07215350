package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.leaktest.Answer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is agreed about compression (RFC 7692 5 and 7.1). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompressionTest {
    private static final Deflate TAKEOVER =
            Deflate.DEFAULT.serverContextTakeover().clientContextTakeover();

    private static String agreed(Deflate deflate, String offer) {
        try (DeflatePeer peer = new DeflatePeer(deflate, offer, new Recorder())) {
            return peer.agreed;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; client_max_window_bits | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; client_max_window_bits=9 | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=10 | permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=\"15\" | permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15",
                "x-webkit-deflate-frame, permessage-deflate | permessage-deflate; server_no_context_takeover; client_no_context_takeover"
            })
    void an_offer_is_answered_without_takeover_by_default(String offer, String answer) {
        assertThat(agreed(Deflate.DEFAULT, offer)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | permessage-deflate",
                "permessage-deflate; server_no_context_takeover | permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover | permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=15 | permessage-deflate; server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=9 | permessage-deflate; server_no_context_takeover; server_max_window_bits=9"
            })
    void takeover_is_agreed_on_where_it_is_wanted_and_allowed(String offer, String answer) {
        assertThat(agreed(TAKEOVER, offer)).isEqualTo(answer);
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
                .isEqualTo("permessage-deflate; server_no_context_takeover; server_max_window_bits=12");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                "permessage-deflate;",
                "permessage-deflate; =1",
                "a b",
                "permessage-deflate; x=\"",
                ", a",
                "a,"
            })
    void a_header_that_is_no_list_of_extensions_is_refused_with_400(String header) {
        try (Peer peer = new Peer()) {
            Answer answer = peer.serve(new WsServer(new Recorder()).compress(Deflate.DEFAULT))
                    .ask(Client.HANDSHAKE.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: " + header + "\r\n\r\n"));
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void offers_in_several_headers_are_one_list() {
        assertThat(agreed(
                        Deflate.DEFAULT,
                        "permessage-deflate; nonsense\r\nSec-WebSocket-Extensions: permessage-deflate"))
                .startsWith("permessage-deflate;");
    }

    @Test
    void it_is_off_by_default_and_then_nothing_is_looked_at() {
        try (Peer peer = new Peer()) {
            Answer answer = peer.serve(new WsServer(new Recorder()))
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
    }
}
