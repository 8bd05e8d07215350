package dev.sprocket.core;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.internal.text.SafeText;

/**
 * Refusal of a message or peer that breaks a rule.
 *
 * <p>This is not a failure: {@code onError} is not called. A callback rejects by throwing {@link RejectedException},
 * any other code by {@link Connection#close(CloseReason)}. The peer is told the kind and the text.
 *
 * @param kind kind of the violation
 * @param text what was seen and what was expected; unsafe characters are escaped, and it is truncated after 250
 *     characters
 */
@Immutable
public record Rejection(Kind kind, String text) implements CloseReason {
    private static final int MAX_LENGTH = 250;

    /** Kind of a violation; each protocol maps it to its own code. */
    public enum Kind {
        /** Malformed data. */
        MALFORMED,
        /** Unsupported kind of data. */
        UNSUPPORTED,
        /** Not allowed. */
        FORBIDDEN,
        /** Limit exceeded. */
        LIMIT_EXCEEDED
    }

    /** Escapes and truncates the text. */
    public Rejection {
        text = SafeText.excerpt(text, MAX_LENGTH);
    }

    @Override
    public Type type() {
        return switch (kind) {
            case MALFORMED -> Type.MALFORMED;
            case UNSUPPORTED -> Type.UNSUPPORTED;
            case FORBIDDEN -> Type.FORBIDDEN;
            case LIMIT_EXCEEDED -> Type.LIMIT_EXCEEDED;
        };
    }

    /** Returns a rejection of malformed data. */
    public static Rejection malformed(String text) {
        return new Rejection(Kind.MALFORMED, text);
    }

    /** Returns a rejection of an unsupported kind of data. */
    public static Rejection unsupported(String text) {
        return new Rejection(Kind.UNSUPPORTED, text);
    }

    /** Returns a rejection of something that is not allowed. */
    public static Rejection forbidden(String text) {
        return new Rejection(Kind.FORBIDDEN, text);
    }

    /** Returns a rejection because a limit is exceeded. */
    public static Rejection limitExceeded(String text) {
        return new Rejection(Kind.LIMIT_EXCEEDED, text);
    }
}
