package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;

/**
 * Thrown by a component that rejects a message or peer which breaks its rules.
 *
 * <p>This is not a failure: {@code onError} is not called. The connection is closed, one line is logged, and the peer
 * is told the kind.
 */
@ThreadSafe
public final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Kind of the violation; each protocol maps it to its own code. */
    public enum Kind {
        /** Malformed data: 1007 under WebSocket (RFC 6455 7.4.1), 400 under HTTP. */
        MALFORMED,
        /** Unsupported kind of data: 1003 under WebSocket, 415 under HTTP. */
        UNSUPPORTED,
        /** Not allowed: 1008 under WebSocket, 403 under HTTP. */
        FORBIDDEN,
        /** Limit exceeded: 1008 under WebSocket, 429 under HTTP. */
        LIMIT_EXCEEDED
    }

    private static final int MAX_LENGTH = 250;

    private final Kind kind;

    /**
     * Creates an exception.
     *
     * @param message what was seen and what was expected; may be sent to the peer. Escaped by {@link SafeText}, and
     *     truncated after 250 characters
     */
    public RejectedException(Kind kind, String message) {
        // no stack trace: peers cause this exception, and hostile peers can cause many
        super(SafeText.excerpt(message, MAX_LENGTH), null, false, false);
        this.kind = kind;
    }

    /** Returns the kind, which the peer is told. */
    public Kind kind() {
        return kind;
    }

    /** Returns the message, which is never null. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
