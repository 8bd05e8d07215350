package dev.sprocket.wamp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call of a procedure, to be answered once: at once, or later from another thread.
 *
 * <p>Threads: any; of several answers the first one counts.
 */
public final class Call {
    /** How an answer gets to the caller. */
    interface Reply {
        boolean result(@Nullable Object data);

        boolean error(String uri, String description, @Nullable Object details);
    }

    private final String procedure;
    private final List<JsonElement> arguments;
    private final Reply reply;
    private final AtomicBoolean answered = new AtomicBoolean();

    Call(String procedure, List<JsonElement> arguments, Reply reply) {
        this.procedure = procedure;
        this.arguments = arguments;
        this.reply = reply;
    }

    /** The procedure's URI. */
    public String procedure() {
        return procedure;
    }

    /** The arguments. In WAMP v1 a single argument that is an array stands for its items. */
    public List<JsonElement> arguments() {
        return arguments;
    }

    /** The arguments by name, if there is exactly one and it is an object. */
    public Optional<JsonObject> named() {
        return arguments.size() == 1 && arguments.get(0).isJsonObject()
                ? Optional.of(arguments.get(0).getAsJsonObject())
                : Optional.empty();
    }

    /** Answers with anything that Gson can write. Returns false if it was answered before, or the caller has left. */
    public boolean result(@Nullable Object data) {
        return answer(() -> reply.result(data));
    }

    /** Answers that it failed. Returns as {@link #result}. */
    public boolean error(String errorUri, String description) {
        return error(errorUri, description, null);
    }

    /** Answers that it failed, with details that Gson can write. Returns as {@link #result}. */
    public boolean error(String errorUri, String description, @Nullable Object details) {
        return answer(() -> reply.error(errorUri, description, details));
    }

    /** What cannot be written as JSON is no answer yet: an error may follow. */
    private boolean answer(BooleanSupplier sending) {
        if (!answered.compareAndSet(false, true)) {
            return false;
        }
        try {
            return sending.getAsBoolean();
        } catch (RuntimeException unwritable) {
            answered.set(false);
            throw unwritable;
        }
    }

    /** Answers that there is no such procedure. */
    void unknown() {
        error("wamp.error.no_such_procedure", "no procedure " + procedure);
    }

    /**
     * Answers what a procedure threw: a {@link CallException} as it is, unless its details cannot be written, of anything else
     * nothing but that it failed.
     */
    void failed(Throwable cause) {
        try {
            if (cause instanceof CallException answer) {
                error(answer.errorUri(), answer.description(), answer.details().orElse(null));
            }
        } finally {
            error("wamp.error.internal", "the procedure failed");
        }
    }

    @Override
    public String toString() {
        return "call of " + procedure;
    }
}
