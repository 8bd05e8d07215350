package dev.sprocket.core.internal.net;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Recognizes the protocol of a connection to the wrong port by its first bytes. */
@ThreadSafe
public enum ForeignProtocol {
    /** An HTTP/1 request, or the HTTP/2 preface. */
    HTTP("HTTP request"),
    /** A handshake record (RFC 8446 5.1). */
    TLS("TLS ClientHello"),
    /** The signature of a greeting (ZMTP 3.1). */
    ZEROMQ("ZeroMQ greeting"),
    /** The PROXY protocol of HAProxy, version 1 or 2. */
    PROXY("PROXY header"),
    /** The identification string of SSH (RFC 4253 4.2). */
    SSH("SSH greeting");

    /** Maximum number of bytes of a request line that are inspected. */
    private static final int MAX_LINE = 8192;

    private static final int MAX_METHOD = 20;
    private static final int[] TLS_RECORD = {0x16, 0x03};
    private static final int[] GREETING = {0xff, 0, 0, 0, 0, 0, 0, -1, -1, 0x7f};
    private static final int[] PROXY_1 = {'P', 'R', 'O', 'X', 'Y', ' '};
    private static final int[] PROXY_2 = {0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 'Q', 'U', 'I', 'T', 0x0a};
    private static final int[] SSH_2 = {'S', 'S', 'H', '-'};

    private final String label;

    ForeignProtocol(String label) {
        this.label = label;
    }

    /** Result for the bytes that were received so far. */
    record Guess(Optional<ForeignProtocol> protocol, boolean needsMore) {
        static final Guess NONE = new Guess(Optional.empty(), false);
        static final Guess MORE = new Guess(Optional.empty(), true);

        static Guess of(ForeignProtocol protocol) {
            return new Guess(Optional.of(protocol), false);
        }
    }

    /** Returns the protocol of these first bytes, if it is certain. */
    public static Optional<ForeignProtocol> of(ByteBuf first) {
        return guess(first).protocol();
    }

    static Guess guess(ByteBuf in) {
        boolean more = false;
        for (ForeignProtocol each : values()) {
            Guess guess = each.match(in);
            if (guess.protocol().isPresent()) {
                return guess;
            }
            more |= guess.needsMore();
        }
        return more ? Guess.MORE : Guess.NONE;
    }

    private Guess match(ByteBuf in) {
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

    /** Recognizes a method, a target and {@code HTTP/} on one line. */
    private static Guess request(ByteBuf in) {
        int method = 0;
        while (method < in.readableBytes() && isMethod(in.getByte(in.readerIndex() + method))) {
            method++;
        }
        if (method == in.readableBytes()) {
            return method > MAX_METHOD ? Guess.NONE : Guess.MORE;
        }
        if (method == 0 || method > MAX_METHOD || in.getByte(in.readerIndex() + method) != ' ') {
            return Guess.NONE;
        }
        int length = Math.min(in.readableBytes(), MAX_LINE);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) '\n');
        int size = end < 0 ? length : end - in.readerIndex();
        String line = in.toString(in.readerIndex(), size, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (line.indexOf(" HTTP/", method) > 0) {
            return Guess.of(HTTP);
        }
        return end >= 0 || length == MAX_LINE ? Guess.NONE : Guess.MORE;
    }

    private static boolean isMethod(byte c) {
        return c >= 'A' && c <= 'Z' || c == '-' || c == '_';
    }

    /** Returns the name for logs: {@code HTTP request}. */
    @Override
    public String toString() {
        return label;
    }
}
