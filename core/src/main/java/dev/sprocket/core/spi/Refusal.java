package dev.sprocket.core.spi;

/**
 * What a component throws if it will have no more of a peer that breaks its rules: nothing has failed, so {@code onError}
 * is not called; the connection is closed with a line in the log, and the peer is told of what kind it is.
 *
 * <p>Threads: any.
 */
public final class Refusal extends RuntimeException {
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
        TOO_MUCH
    }

    private static final int LONGEST = 250;

    private final Kind kind;

    /**
     * A refusal.
     *
     * @param message what was seen and what was expected; the peer may be told, too. Control characters become blanks, and
     *     what is longer than 250 characters is cut
     */
    public Refusal(Kind kind, String message) {
        // no stack trace: it tells of what a peer did, and hostile peers can cause many
        super(oneLine(message), null, false, false);
        this.kind = kind;
    }

    /** Parts of a message may be the peer's: nothing of it may look like another line of the log. */
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder(Math.min(message.length(), LONGEST));
        message.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
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
