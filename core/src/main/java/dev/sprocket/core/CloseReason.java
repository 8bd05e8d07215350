package dev.sprocket.core;

import com.google.errorprone.annotations.Immutable;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.util.Optional;

/**
 * Reason for which a connection is closed.
 *
 * <p>{@link Connection#close(CloseReason)} carries it to the layer whose protocol can report it to the peer: as a close
 * code under WebSocket, a status under HTTP, or a message of WAMP. Each protocol maps the types in one place.
 */
@ThreadSafe
public sealed interface CloseReason permits CloseReason.Notice, CloseReason.Rejection, CloseReason.Failure {
    /** Type of a reason. */
    enum Type {
        /** The application or the protocol is done: 1000 under WebSocket. */
        NORMAL,
        /** The peer has ended its stream, but may still be reading. */
        END_OF_STREAM,
        /** The server shuts down: 1001 under WebSocket. */
        SHUTDOWN,
        /** The owner is no longer authorized (logged out, expired or revoked): 4401 under WebSocket. */
        UNAUTHORIZED,
        /** Too much data is pending for the peer: 1008 under WebSocket. A final message must be short. */
        OVERFLOW,
        /** Malformed data: 1007 under WebSocket (RFC 6455 7.4.1), 400 under HTTP. */
        MALFORMED,
        /** Unsupported kind of data: 1003 under WebSocket, 415 under HTTP. */
        UNSUPPORTED,
        /** Not allowed: 1008 under WebSocket, 403 under HTTP. */
        FORBIDDEN,
        /** Limit exceeded: 1008 under WebSocket, 429 under HTTP. */
        LIMIT_EXCEEDED,
        /** A component failed: 1011 under WebSocket, 500 under HTTP. */
        FAILURE
    }

    /** Normal end, as of {@link Connection#close()}. */
    CloseReason NORMAL = new Notice(Type.NORMAL, "");
    /** The peer has ended its stream, but may still be reading. */
    CloseReason END_OF_STREAM = new Notice(Type.END_OF_STREAM, "");
    /** The server shuts down. */
    CloseReason SHUTDOWN = new Notice(Type.SHUTDOWN, "server is going away");
    /** The owner of the connection is no longer authorized. */
    CloseReason UNAUTHORIZED = new Notice(Type.UNAUTHORIZED, "no longer authorized");
    /** Too much data is pending for the peer. */
    CloseReason OVERFLOW = new Notice(Type.OVERFLOW, "reads too slowly");

    /** Reason without further information. */
    record Notice(Type type, String text) implements CloseReason {
        /** Throws {@link IllegalArgumentException} for a type with a record of its own. */
        public Notice {
            if (type.compareTo(Type.OVERFLOW) > 0) {
                throw new IllegalArgumentException("type of notice: " + type + " (expected: Rejection or Failure)");
            }
        }
    }

    /**
     * Refusal of a message or peer that breaks a rule.
     *
     * <p>This is not a failure: {@code onError} is not called. A callback rejects by throwing {@link
     * RejectedException}, any other code by {@link Connection#close(CloseReason)}. The peer is told the kind and the
     * text.
     *
     * @param kind kind of the violation
     * @param text what was seen and what was expected; unsafe characters are escaped, and it is truncated after 250
     *     characters
     */
    @Immutable
    record Rejection(Kind kind, String text) implements CloseReason {
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
    }

    /**
     * Failure of a component.
     *
     * @param cause exception, which is not sent to the peer
     */
    record Failure(Throwable cause) implements CloseReason {
        @Override
        public Type type() {
            return Type.FAILURE;
        }

        @Override
        public String text() {
            return "";
        }
    }

    /** Returns the type. */
    Type type();

    /** Returns the text for the peer; may be empty. */
    String text();

    /** Returns a rejection of malformed data. */
    static Rejection malformed(String text) {
        return new Rejection(Rejection.Kind.MALFORMED, text);
    }

    /** Returns a rejection of an unsupported kind of data. */
    static Rejection unsupported(String text) {
        return new Rejection(Rejection.Kind.UNSUPPORTED, text);
    }

    /** Returns a rejection of something that is not allowed. */
    static Rejection forbidden(String text) {
        return new Rejection(Rejection.Kind.FORBIDDEN, text);
    }

    /** Returns a rejection because a limit is exceeded. */
    static Rejection limitExceeded(String text) {
        return new Rejection(Rejection.Kind.LIMIT_EXCEEDED, text);
    }

    /** Returns the reason of an exception: a {@link Rejection}, or a failure. */
    static CloseReason of(Throwable cause) {
        return cause instanceof RejectedException rejected ? rejected.rejection() : new Failure(cause);
    }

    /**
     * Returns the reason for which this side has closed a connection.
     *
     * <p>This is also that of a layer below. Empty while it is open, and if its peer has closed it.
     */
    static Optional<CloseReason> of(Connection conn) {
        return ClosedConnection.REASON.find(conn);
    }

    /** Hides the reasons of the layers below from a connection that outlives them. */
    static void detach(Connection conn) {
        ClosedConnection.REASON.hide(conn);
    }

    /**
     * Marks a connection as closed by this side. Called by its own {@link Connection#close(CloseReason)}.
     *
     * <p>Nothing more is then delivered to the components above. Messages of a peer that disconnects are still
     * delivered, even if callbacks run late.
     */
    default void mark(Connection conn) {
        ClosedConnection.REASON.set(conn, this);
    }
}
