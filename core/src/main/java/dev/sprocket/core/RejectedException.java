package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Thrown by a component that rejects a message or peer which breaks its rules.
 *
 * <p>This is not a failure: {@code onError} is not called. The connection is closed, one line is logged, and the peer
 * is told the {@link CloseReason.Rejection}.
 */
@ThreadSafe
public final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient CloseReason.Rejection rejection;

    /** Creates an exception with a rejection. */
    public RejectedException(CloseReason.Rejection rejection) {
        // no stack trace: peers cause this exception, and hostile peers can cause many
        super(rejection.text(), null, false, false);
        this.rejection = rejection;
    }

    /** Creates an exception for malformed data. */
    public static RejectedException malformed(String text) {
        return new RejectedException(CloseReason.malformed(text));
    }

    /** Creates an exception for an unsupported kind of data. */
    public static RejectedException unsupported(String text) {
        return new RejectedException(CloseReason.unsupported(text));
    }

    /** Creates an exception for something that is not allowed. */
    public static RejectedException forbidden(String text) {
        return new RejectedException(CloseReason.forbidden(text));
    }

    /** Creates an exception for an exceeded limit. */
    public static RejectedException limitExceeded(String text) {
        return new RejectedException(CloseReason.limitExceeded(text));
    }

    /** Returns the rejection, which the peer is told. */
    public CloseReason.Rejection rejection() {
        return rejection;
    }
}
