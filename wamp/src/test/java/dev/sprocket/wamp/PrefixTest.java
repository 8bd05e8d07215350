package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Topics;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message PREFIX and CURIEs. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PrefixTest {
    private final RecordingApp app = new RecordingApp();

    private WampPeer peer(WampOptions options) {
        WampPeer peer = new WampPeer(app, new Topics(), options);
        peer.received();
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
    void known_prefix_is_expanded(String curie, String plain, String ratchet) {
        Map<String, String> prefixes =
                Map.of("ex", "http://example.com/", "http", "evil!", "https", "evil!", "", "empty/");

        assertThat(WampOptions.Curies.PLAIN.expand(curie, prefixes)).isEqualTo(plain);
        assertThat(WampOptions.Curies.RATCHET.expand(curie, prefixes)).isEqualTo(ratchet);
    }

    @Test
    void curie_is_accepted_in_every_message() {
        try (WampPeer peer = peer(WampOptions.DEFAULT)) {
            assertThat(peer.send("[1,\"ex\",\"http://example.com/\"]").received())
                    .isEmpty();
            peer.send("[5,\"ex:t\"]")
                    .send("[7,\"ex:t\",1]")
                    .send("[2,1,\"ex:p\"]")
                    .send("[6,\"http://example.com/t\"]");

            assertThat(app.calls())
                    .containsExactly(
                            "subscribe http://example.com/t",
                            "publish http://example.com/t 1 not [] only []",
                            "call http://example.com/p []",
                            "unsubscribe http://example.com/t");
        }
    }

    @Test
    void ratchet_curies_are_joined_with_hash() {
        try (WampPeer peer = peer(WampOptions.RATCHET)) {
            peer.send("[1,\"ex\",\"http://example.com/\"]").send("[5,\"ex:t\"]");

            assertThat(app.calls()).containsExactly("subscribe http://example.com/#t");
        }
    }

    @Test
    void prefix_can_be_redefined() {
        try (WampPeer peer = peer(WampOptions.DEFAULT)) {
            peer.send("[1,\"x\",\"one/\"]")
                    .send("[5,\"x:t\"]")
                    .send("[1,\"x\",\"two/\"]")
                    .send("[5,\"x:t\"]");

            assertThat(app.calls()).containsExactly("subscribe one/t", "subscribe two/t");
        }
    }

    @Test
    void prefixes_are_specific_to_connection() {
        try (WampPeer one = peer(WampOptions.DEFAULT);
                WampPeer other = peer(WampOptions.DEFAULT)) {
            one.send("[1,\"x\",\"one/\"]");
            other.send("[5,\"x:t\"]");

            assertThat(app.calls()).containsExactly("subscribe x:t");
        }
    }

    @Test
    void server_can_define_prefix() {
        try (WampPeer peer = peer(WampOptions.DEFAULT)) {
            assertThat(app.conns.get(0).prefix("ex", "http://example.com/")).isTrue();

            assertThat(peer.received()).containsExactly("[1,\"ex\",\"http://example.com/\"]");
        }
    }

    @Test
    void closes_1008_when_prefix_limit_is_exceeded() {
        try (WampPeer peer = peer(WampOptions.DEFAULT.maxPrefixes(2))) {
            peer.send("[1,\"a\",\"x\"]").send("[1,\"b\",\"x\"]").send("[1,\"a\",\"y\"]");
            assertThat(peer.received()).isEmpty();

            assertThat(peer.send("[1,\"c\",\"x\"]").received())
                    .containsExactly("close 1008 limit of 2 prefixes per connection reached");
        }
    }
}
