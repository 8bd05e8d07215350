package dev.sprocket.wamp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** The arguments. A single argument that is an array stands for its items. */
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
        return answered.compareAndSet(false, true) && reply.result(data);
    }

    /** Answers that it failed. Returns as {@link #result}. */
    public boolean error(String errorUri, String description) {
        return error(errorUri, description, null);
    }

    /** Answers that it failed, with details that Gson can write. Returns as {@link #result}. */
    public boolean error(String errorUri, String description, @Nullable Object details) {
        return answered.compareAndSet(false, true) && reply.error(errorUri, description, details);
    }

    @Override
    public String toString() {
        return "call of " + procedure;
    }
}
