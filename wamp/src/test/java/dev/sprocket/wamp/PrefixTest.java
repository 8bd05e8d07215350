package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Topics;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PREFIX and CURIEs. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PrefixTest {
    private final RecordingApp app = new RecordingApp();

    private WampPeer peer(WampOptions options) {
        WampPeer peer = new WampPeer(app, new Topics(), options);
        peer.hears();
        app.calls();
        return peer;
    }

    @ParameterizedTest
    @CsvSource({
        "ex:t,http://example.com/t,http://example.com/#t",
        "ex:,http://example.com/,http://example.com/#",
        "ex:a:b,http://example.com/a:b,http://example.com/#a:b",
        "other:t,other:t,other:t",
        "EX:t,EX:t,EX:t",
        "t,t,t",
        "ex,ex,ex",
        "http://ex:t,http://ex:t,http://ex:t",
        "https://ex:t,https://ex:t,https://ex:t",
        "http:t,evil!t,evil!#t",
        ":t,empty/t,empty/#t"
    })
    void a_known_prefix_expands_and_anything_else_stays(String curie, String plain, String ratchet) {
        Map<String, String> prefixes =
                Map.of("ex", "http://example.com/", "http", "evil!", "https", "evil!", "", "empty/");

        assertThat(Curies.PLAIN.expand(curie, prefixes)).isEqualTo(plain);
        assertThat(Curies.RATCHET.expand(curie, prefixes)).isEqualTo(ratchet);
    }

    @Test
    void a_CURIE_works_wherever_a_URI_does() {
        try (WampPeer peer = peer(WampOptions.DEFAULT)) {
            assertThat(peer.says("[1,\"ex\",\"http://example.com/\"]").hears()).isEmpty();
            peer.says("[5,\"ex:t\"]")
                    .says("[7,\"ex:t\",1]")
                    .says("[2,1,\"ex:p\"]")
                    .says("[6,\"http://example.com/t\"]");

            assertThat(app.calls())
                    .containsExactly(
                            "subscribe http://example.com/t",
                            "publish http://example.com/t 1 not [] only []",
                            "call http://example.com/p []",
                            "unsubscribe http://example.com/t");
        }
    }

    @Test
    void Ratchets_CURIEs_have_a_hash_between() {
        try (WampPeer peer = peer(WampOptions.RATCHET)) {
            peer.says("[1,\"ex\",\"http://example.com/\"]").says("[5,\"ex:t\"]");

            assertThat(app.calls()).containsExactly("subscribe http://example.com/#t");
        }
    }

    @Test
    void a_prefix_can_be_defined_again() {
        try (WampPeer peer = peer(WampOptions.DEFAULT)) {
            peer.says("[1,\"x\",\"one/\"]")
                    .says("[5,\"x:t\"]")
                    .says("[1,\"x\",\"two/\"]")
                    .says("[5,\"x:t\"]");

            assertThat(app.calls()).containsExactly("subscribe one/t", "subscribe two/t");
        }
    }

    @Test
    void prefixes_are_each_connections_own() {
        try (WampPeer one = peer(WampOptions.DEFAULT);
                WampPeer other = peer(WampOptions.DEFAULT)) {
            one.says("[1,\"x\",\"one/\"]");
            other.says("[5,\"x:t\"]");

            assertThat(app.calls()).containsExactly("subscribe x:t");
        }
    }

    @Test
    void the_server_can_offer_a_prefix() {
        try (WampPeer peer = peer(WampOptions.DEFAULT)) {
            assertThat(app.conns.get(0).prefix("ex", "http://example.com/")).isTrue();

            assertThat(peer.hears()).containsExactly("[1,\"ex\",\"http://example.com/\"]");
        }
    }

    @Test
    void past_the_limit_of_prefixes_the_connection_is_closed_with_1008() {
        try (WampPeer peer = peer(new WampOptions(Curies.PLAIN, false, 1000, 2))) {
            peer.says("[1,\"a\",\"x\"]").says("[1,\"b\",\"x\"]").says("[1,\"a\",\"y\"]");
            assertThat(peer.hears()).isEmpty();

            assertThat(peer.says("[1,\"c\",\"x\"]").hears()).containsExactly("close 1008 more than 2 prefixes");
        }
    }
}
