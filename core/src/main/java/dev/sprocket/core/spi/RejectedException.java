package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * What a component throws if it will have no more of a peer that breaks its rules: nothing has failed, so {@code onError}
 * is not called; the connection is closed with a line in the log, and the peer is told of what kind it is.
 */
@ThreadSafe
public final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What a protocol tells the peer; each has its own code for it. */
    public enum Kind {
        /** Not what it should be: 1007 under WebSocket (RFC 6455 7.4.1), 400 under HTTP. */
        MALFORMED,
        /** A kind of data that is not taken: 1003, 415. */
        UNSUPPORTED,
        /** Not allowed: 1008, 403. */
        FORBIDDEN,
        /** Too often: 1008, 429. */
        LIMIT_EXCEEDED
    }

    private static final int LONGEST = 250;

    private final Kind kind;

    /**
     * A refusal.
     *
     * @param message what was seen and what was expected; the peer may be told, too. Escaped by {@link SafeText}, and cut
     *     after 250 characters
     */
    public RejectedException(Kind kind, String message) {
        // no stack trace: it tells of what a peer did, and hostile peers can cause many
        super(SafeText.excerpt(message, LONGEST), null, false, false);
        this.kind = kind;
    }

    /** What the peer is told. */
    public Kind kind() {
        return kind;
    }

    /** The message, which is never missing. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
