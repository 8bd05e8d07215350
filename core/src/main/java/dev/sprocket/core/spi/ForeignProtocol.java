package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Recognizes protocols by their first bytes that were sent to the wrong port.
 */
@ThreadSafe
public enum ForeignProtocol {
    /** A request of HTTP/1, or the preface of HTTP/2. */
    HTTP("HTTP request"),
    /** RFC 8446 5.1: a handshake record. */
    TLS("TLS ClientHello"),
    /** ZMTP 3.1, greeting: signature. */
    ZEROMQ("ZeroMQ greeting"),
    /** Version 1 or 2 of HAProxy's protocol. */
    PROXY("PROXY header"),
    /** RFC 4253 4.2. */
    SSH("SSH greeting");

    /** Bytes of a request line that are looked at. */
    private static final int LONGEST_LINE = 8192;

    private static final int LONGEST_METHOD = 20;
    private static final int[] TLS_RECORD = {0x16, 0x03};
    private static final int[] GREETING = {0xff, 0, 0, 0, 0, 0, 0, -1, -1, 0x7f};
    private static final int[] PROXY_1 = {'P', 'R', 'O', 'X', 'Y', ' '};
    private static final int[] PROXY_2 = {0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 'Q', 'U', 'I', 'T', 0x0a};
    private static final int[] SSH_2 = {'S', 'S', 'H', '-'};

    private final String words;

    ForeignProtocol(String words) {
        this.words = words;
    }

    /** What the beginning of a connection is so far. */
    record Guess(Optional<ForeignProtocol> protocol, boolean needsMore) {
        static final Guess NONE = new Guess(Optional.empty(), false);
        static final Guess MORE = new Guess(Optional.empty(), true);

        static Guess of(ForeignProtocol protocol) {
            return new Guess(Optional.of(protocol), false);
        }
    }

    /** The protocol that these first bytes certainly belong to. */
    public static Optional<ForeignProtocol> of(ByteBuf first) {
        return guess(first).protocol();
    }

    static Guess guess(ByteBuf in) {
        boolean more = false;
        for (ForeignProtocol each : values()) {
            Guess guess = each.fits(in);
            if (guess.protocol().isPresent()) {
                return guess;
            }
            more |= guess.needsMore();
        }
        return more ? Guess.MORE : Guess.NONE;
    }

    private Guess fits(ByteBuf in) {
        return switch (this) {
            case HTTP -> request(in);
            case TLS -> starts(in, TLS_RECORD);
            case ZEROMQ -> starts(in, GREETING);
            case PROXY -> {
                Guess guess = starts(in, PROXY_1);
                yield guess == Guess.NONE ? starts(in, PROXY_2) : guess;
            }
            case SSH -> starts(in, SSH_2);
        };
    }

    private Guess starts(ByteBuf in, int[] signature) {
        for (int i = 0; i < signature.length; i++) {
            if (i >= in.readableBytes()) {
                return Guess.MORE;
            }
            if (signature[i] >= 0 && in.getUnsignedByte(in.readerIndex() + i) != signature[i]) {
                return Guess.NONE;
            }
        }
        return Guess.of(this);
    }

    /** A method, a target and {@code HTTP/} on one line. */
    private static Guess request(ByteBuf in) {
        int method = 0;
        while (method < in.readableBytes() && isMethod(in.getByte(in.readerIndex() + method))) {
            method++;
        }
        if (method == in.readableBytes()) {
            return method > LONGEST_METHOD ? Guess.NONE : Guess.MORE;
        }
        if (method == 0 || method > LONGEST_METHOD || in.getByte(in.readerIndex() + method) != ' ') {
            return Guess.NONE;
        }
        int most = Math.min(in.readableBytes(), LONGEST_LINE);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + most, (byte) '\n');
        int size = end < 0 ? most : end - in.readerIndex();
        String line = in.toString(in.readerIndex(), size, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (line.indexOf(" HTTP/", method) > 0) {
            return Guess.of(HTTP);
        }
        return end >= 0 || most == LONGEST_LINE ? Guess.NONE : Guess.MORE;
    }

    private static boolean isMethod(byte c) {
        return c >= 'A' && c <= 'Z' || c == '-' || c == '_';
    }

    /** For logs: {@code HTTP request}. */
    @Override
    public String toString() {
        return words;
    }
}
