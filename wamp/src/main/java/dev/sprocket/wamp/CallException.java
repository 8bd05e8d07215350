package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.SafeText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a procedure throws to answer its call with an error: nothing has failed, and the connection stays open. Thrown by
 * {@link WampComponent#onPublish} it refuses the event.
 */
@ThreadSafe
public final class CallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String errorUri;
    private final transient @Nullable Object details;

    /** As {@link Call#error(String, String)}. */
    public CallException(String errorUri, String description) {
        this(errorUri, description, null);
    }

    /** As {@link Call#error(String, String, Object)}. */
    public CallException(String errorUri, String description, @Nullable Object details) {
        // no stack trace: it is an answer, and clients can cause many
        super(description, null, false, false);
        this.errorUri = errorUri;
        this.details = details;
    }

    static CallException invalid(String description) {
        return new CallException("wamp.error.invalid_argument", description);
    }

    /** Refuses an event on a topic for which the application has no handler. */
    static CallException publishNotSupported(String topic) {
        return new CallException(
                "wamp.error.not_authorized", "the application takes no events for topic " + SafeText.excerpt(topic));
    }

    /** Which error it is. */
    public String errorUri() {
        return errorUri;
    }

    /** What the caller is told, for people. */
    public String description() {
        return String.valueOf(getMessage());
    }

    /** What else the caller is told, for programs. */
    public Optional<Object> details() {
        return Optional.ofNullable(details);
    }
}
