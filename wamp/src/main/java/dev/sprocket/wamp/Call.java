package dev.sprocket.wamp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Call of a procedure, to be answered once, now or later, by any thread.
 *
 * <p>The first answer counts; later ones are ignored.
 */
@ThreadSafe
public interface Call {
    /** Returns the URI of the procedure. */
    String procedure();

    /**
     * Returns the arguments.
     *
     * <p>In WAMP v1 a single argument that is an array stands for its items. In WAMP v2 keyword arguments follow the
     * others as one object.
     */
    List<JsonElement> arguments();

    /** Returns the keyword arguments: the only argument, if it is an object. */
    default Optional<JsonObject> named() {
        List<JsonElement> all = arguments();
        return all.size() == 1 && all.get(0).isJsonObject()
                ? Optional.of(all.get(0).getAsJsonObject())
                : Optional.empty();
    }

    /**
     * Answers with a result, any value that Gson can write.
     *
     * <p>Returns false if the call was answered before, or the caller has disconnected.
     */
    @CanIgnoreReturnValue
    boolean result(@Nullable Object data);

    /** Reports whether the caller accepts progressive results (WAMP v2). */
    boolean wantsProgress();

    /**
     * Sends a progressive result, any value that Gson can write; the answer follows.
     *
     * <p>Returns false if the caller does not accept progressive results or has disconnected, or if the call was
     * answered.
     */
    @CanIgnoreReturnValue
    boolean progress(@Nullable Object data);

    /**
     * Answers with an error.
     *
     * <p>Returns false if the call was answered before, or the caller has disconnected.
     */
    @CanIgnoreReturnValue
    default boolean error(String errorUri, String description) {
        return error(errorUri, description, null);
    }

    /**
     * Answers with an error and details that Gson can write.
     *
     * <p>Returns false if the call was answered before, or the caller has disconnected.
     */
    @CanIgnoreReturnValue
    boolean error(String errorUri, String description, @Nullable Object details);

    /** Answers that the procedure does not exist. */
    default void noSuchProcedure() {
        error("wamp.error.no_such_procedure", "no procedure " + procedure());
    }

    /**
     * Answers with the exception of a procedure.
     *
     * <p>A {@link CallException} is sent as it is, unless its details cannot be written. For other exceptions the
     * caller only learns that the procedure failed.
     */
    default void fail(Throwable cause) {
        try {
            if (cause instanceof CallException error) {
                error(error.errorUri(), error.description(), error.details().orElse(null));
            }
        } finally {
            error("wamp.error.internal", "the procedure failed");
        }
    }

    /** Reports whether the call was answered or canceled, or the caller has disconnected. */
    boolean isDone();
}
