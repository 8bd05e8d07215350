package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.core.spi.PipelineContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call of a procedure, to be answered once: at once, or later from another thread.
 *
 * <p>Of several answers the first one counts.
 */
@ThreadSafe
public final class Call {
    /** How an answer gets to the caller. A part of a result that cannot is a {@link CallException}: the answer instead. */
    interface Reply {
        boolean result(@Nullable Object data, boolean progress);

        boolean error(String uri, String description, @Nullable Object details);

        /** What another client has answered. */
        boolean result(CallArguments arguments, boolean progress);

        /** As above. */
        boolean error(String uri, CallArguments arguments);
    }

    /** Somebody who is at a call. */
    interface CallExecution {
        /** It should stop. */
        void cancel(String mode);

        /** Whether the caller waits for its answer if it is canceled so. */
        boolean respondsAfterCancel(String mode);

        /** There is more of the call, which comes bit by bit. */
        void continueWith(CallArguments arguments, boolean progress);
    }

    /** How much more memory JSON takes when it is parsed. */
    private static final int PARSED_SIZE_FACTOR = 8;

    private final long size;
    private final WampConnection caller;
    private final String procedure;
    private final V2CallOptions options;
    private final Reply reply;
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<Runnable> whenDone = new ArrayList<>(1);
    private @Nullable List<JsonElement> list;
    private @Nullable CallArguments payload;
    private volatile @Nullable CallExecution execution;
    private volatile @Nullable CallTimer timer;

    /**
     * Of a client of WAMP v1.
     *
     * @param size the length of its message, in bytes
     */
    Call(WampConnection caller, String procedure, List<JsonElement> arguments, int size, Reply reply) {
        this.caller = caller;
        this.procedure = procedure;
        this.options = V2CallOptions.NONE;
        this.reply = reply;
        this.list = arguments;
        this.size = MemoryUsage.OVERHEAD + (long) PARSED_SIZE_FACTOR * size;
    }

    /** Of a client of WAMP v2. */
    Call(WampConnection caller, V2Message.Call message, V2CallOptions options, Reply reply) {
        this.caller = caller;
        this.procedure = message.procedure();
        this.options = options;
        this.reply = reply;
        CallArguments compact = message.arguments().compact();
        this.payload = compact;
        this.size = MemoryUsage.OVERHEAD + 2L * procedure.length() + compact.size();
    }

    /** How much memory it takes until it is answered, in bytes, roughly. */
    long size() {
        return size;
    }

    WampConnection caller() {
        return caller;
    }

    V2CallOptions options() {
        return options;
    }

    synchronized CallArguments payload() {
        CallArguments known = payload;
        if (known == null) {
            JsonArray json = new JsonArray();
            arguments().forEach(json::add);
            known = CallArguments.ofJsonList(json.toString());
            payload = known;
        }
        return known;
    }

    /** The procedure's URI. */
    public String procedure() {
        return procedure;
    }

    /**
     * The arguments. In WAMP v1 a single argument that is an array stands for its items. In WAMP v2 those by name, if there
     * are any, are an object behind the others.
     */
    public synchronized List<JsonElement> arguments() {
        List<JsonElement> known = list;
        if (known == null) {
            List<JsonElement> all = new ArrayList<>(payload().jsonList());
            JsonObject named = payload().jsonMap();
            if (!named.isEmpty()) {
                all.add(named);
            }
            known = List.copyOf(all);
            list = known;
        }
        return known;
    }

    /** The arguments by name, if there is exactly one argument and it is an object. */
    public Optional<JsonObject> named() {
        List<JsonElement> all = arguments();
        return all.size() == 1 && all.get(0).isJsonObject()
                ? Optional.of(all.get(0).getAsJsonObject())
                : Optional.empty();
    }

    /** Answers with anything that Gson can write. Returns false if it was answered before, or the caller has left. */
    public boolean result(@Nullable Object data) {
        return answer(() -> reply.result(data, false));
    }

    /** Whether the caller would like to hear of the result bit by bit (WAMP v2). */
    public boolean wantsProgress() {
        return options.receiveProgress();
    }

    /**
     * Tells the caller a part of the result, anything that Gson can write; the answer follows. Returns false if it does not
     * want to know, was answered, or has left.
     */
    public boolean progress(@Nullable Object data) {
        return wantsProgress() && sendProgress(() -> reply.result(data, true));
    }

    /** Answers that it failed. Returns as {@link #result}. */
    public boolean error(String errorUri, String description) {
        return error(errorUri, description, null);
    }

    /** Answers that it failed, with details that Gson can write. Returns as {@link #result}. */
    public boolean error(String errorUri, String description, @Nullable Object details) {
        return answer(() -> reply.error(errorUri, description, details));
    }

    /** Whether nobody waits for an answer any more: there was one, the caller has canceled the call, or has left. */
    public boolean isDone() {
        return done.get();
    }

    boolean result(CallArguments arguments, boolean progress) {
        if (progress) {
            return wantsProgress() && sendProgress(() -> reply.result(arguments, true));
        }
        return answer(() -> reply.result(arguments, false));
    }

    boolean error(String errorUri, CallArguments arguments) {
        return answer(() -> reply.error(errorUri, arguments));
    }

    private boolean sendProgress(BooleanSupplier sending) {
        CallTimer running = timer;
        if (running != null) {
            running.restart();
        }
        // somebody else's answer waits until the part is on its way: nothing may come behind it
        synchronized (done) {
            try {
                return !done.get() && sending.getAsBoolean();
            } catch (CallException unfit) {
                cancel("killnowait", unfit.errorUri());
                return false;
            }
        }
    }

    /** What cannot be written as JSON is no answer yet: an error may follow. */
    private boolean answer(BooleanSupplier sending) {
        synchronized (done) {
            if (!done.compareAndSet(false, true)) {
                return false;
            }
        }
        boolean sent;
        try {
            sent = sending.getAsBoolean();
        } catch (RuntimeException unwritable) {
            done.set(false);
            throw unwritable;
        }
        done();
        return sent;
    }

    private void done() {
        CallTimer running = timer;
        if (running != null) {
            running.stop();
        }
        List<Runnable> tasks;
        synchronized (whenDone) {
            tasks = List.copyOf(whenDone);
            whenDone.clear();
        }
        tasks.forEach(Runnable::run);
    }

    /** Runs a task when it is answered or over in another way: at once, if it is already. */
    void whenDone(Runnable task) {
        synchronized (whenDone) {
            if (!done.get()) {
                whenDone.add(task);
                return;
            }
        }
        task.run();
    }

    /** Somebody is at it who can be told to stop. */
    void execution(CallExecution somebody) {
        execution = somebody;
    }

    /** The caller does not want it any more, or it took too long. */
    void cancel(String mode, String errorUri) {
        cancel(mode, errorUri, CallArguments.EMPTY);
    }

    void cancel(String mode, String errorUri, CallArguments arguments) {
        CallExecution somebody = execution;
        boolean waits = somebody != null && !done.get() && somebody.respondsAfterCancel(mode);
        // answered before the callee knows: it answers an interruption, too, and may be faster
        if ((waits || error(errorUri, arguments)) && somebody != null) {
            somebody.cancel(mode);
        }
    }

    /** There is more of it. */
    void continueWith(CallArguments arguments, boolean progress) {
        CallExecution somebody = execution;
        if (somebody != null && !done.get()) {
            somebody.continueWith(arguments, progress);
        }
    }

    /** The caller has left. */
    void abandon() {
        CallExecution somebody = execution;
        if (done.compareAndSet(false, true)) {
            if (somebody != null) {
                somebody.cancel("killnowait");
            }
            done();
        }
    }

    /** It takes as long as the caller said, at most. */
    void startTimer() {
        long millis = options.timeout();
        if (millis > 0 && !done.get()) {
            PipelineContext.find(caller).ifPresent(segment -> {
                CallTimer running = new CallTimer(segment.outbound().loop(), millis, this);
                timer = running;
                running.restart();
            });
        }
    }

    /** Answers that there is no such procedure. */
    void noSuchProcedure() {
        error("wamp.error.no_such_procedure", "no procedure " + procedure);
    }

    /**
     * Answers what a procedure threw: a {@link CallException} as it is, unless its details cannot be written, of anything else
     * nothing but that it failed.
     */
    void fail(Throwable cause) {
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
