package dev.sprocket.core.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests first bytes that were sent to the wrong port. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ForeignProtocolTest {
    private static ByteBuf bytes(String latin1) {
        return Unpooled.wrappedBuffer(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "474554202f20485454502f312e310d0a, HTTP",
        "504f5354202f782048545450, ",
        "505249202a20485454502f322e300d0a, HTTP",
        "4d2d534541524348202a20485454502f312e31, HTTP",
        "16030102000100, TLS",
        "ff00000000000000007f, ZEROMQ",
        "ff00000000000000017f03, ZEROMQ",
        "50524f58592054435034, PROXY",
        "0d0a0d0a000d0a515549540a, PROXY",
        "5353482d322e30, SSH"
    })
    void recognizes_protocol_when_signature_is_complete(String hex, ForeignProtocol expected) {
        byte[] all = HexFormat.of().parseHex(hex);
        assertThat(ForeignProtocol.of(Unpooled.wrappedBuffer(all)).orElse(null)).isEqualTo(expected);
        for (int i = 1; i < all.length; i++) {
            ForeignProtocol.Guess guess = ForeignProtocol.guess(Unpooled.wrappedBuffer(all, 0, i));
            assertThat(guess.needsMore() || guess.protocol().isPresent())
                    .as("%d bytes", i)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"topic\":1}", "[1]", " {", "hello", "HELLO all\n", "get / HTTP/1.1", "GET\n", "\u00ff\u0000x"
            })
    void does_not_recognize_other_data(String text) {
        ByteBuf first = bytes(text);
        assertThat(ForeignProtocol.of(first)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[", " ", "h", "\u0000", "1"})
    void common_first_bytes_are_decided_immediately(String text) {
        assertThat(ForeignProtocol.guess(bytes(text))).isEqualTo(ForeignProtocol.Guess.NONE);
    }
}
