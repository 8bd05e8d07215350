package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers a call with an error, or refuses a publish.
 *
 * <p>Thrown by a procedure, it is the answer to the call. Thrown by {@link WampComponent#onPublish}, it refuses the
 * event. The connection stays open, and {@code onError} is not called.
 */
@ThreadSafe
public final class CallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String errorUri;
    private final transient @Nullable Object details;

    /** Creates an error without details. */
    public CallException(String errorUri, String description) {
        this(errorUri, description, null);
    }

    /** Creates an error with details that Gson can write. */
    public CallException(String errorUri, String description, @Nullable Object details) {
        // no stack trace: it is an answer, and clients can cause many
        super(description, null, false, false);
        this.errorUri = errorUri;
        this.details = details;
    }

    /** Creates an error for an argument that is missing or has the wrong type. */
    public static CallException invalidArgument(String description) {
        return new CallException("wamp.error.invalid_argument", description);
    }

    /** Creates the error for an event on a topic without a handler. */
    static CallException publishNotSupported(String topic) {
        return new CallException(
                "wamp.error.not_authorized", "the application accepts no events for topic " + SafeText.excerpt(topic));
    }

    /** Returns the error URI. */
    public String errorUri() {
        return errorUri;
    }

    /** Returns the description for people. */
    public String description() {
        return String.valueOf(getMessage());
    }

    /** Returns further details for programs. */
    public Optional<Object> details() {
        return Optional.ofNullable(details);
    }
}
