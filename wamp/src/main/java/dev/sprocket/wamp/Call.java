package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.wamp.internal.dealer.CallTimer;
import dev.sprocket.wamp.internal.dealer.V2CallOptions;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Call of a procedure, to be answered once, now or later, by any thread.
 *
 * <p>The first answer counts; later ones are ignored.
 */
@ThreadSafe
public final class Call {
    /** Sends answers to the caller. Throws {@link CallException} if a progressive result cannot be sent. */
    public interface Reply {
        boolean result(@Nullable Object data, boolean progress);

        boolean error(String uri, String description, @Nullable Object details);

        /** Sends the result of another client. */
        boolean result(CallArguments arguments, boolean progress);

        /** Sends the error of another client. */
        boolean error(String uri, CallArguments arguments);
    }

    /** Execution of a call by a callee, which can be canceled. */
    public interface CallExecution {
        /** Cancels the execution with a mode of WAMP ({@code skip}, {@code kill}, {@code killnowait}). */
        void cancel(String mode);

        /** Reports whether the callee answers a call that is canceled in this mode. */
        boolean respondsAfterCancel(String mode);

        /** Passes on a further part of a progressive call. */
        void continueWith(CallArguments arguments, boolean progress);
    }

    /** Estimated ratio of parsed JSON to its text in memory. */
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
     * Creates a call of a WAMP v1 client.
     *
     * @param size length of the client's message in bytes
     */
    public Call(WampConnection caller, String procedure, List<JsonElement> arguments, int size, Reply reply) {
        this.caller = caller;
        this.procedure = procedure;
        this.options = V2CallOptions.NONE;
        this.reply = reply;
        this.list = arguments;
        this.size = MemoryUsage.OVERHEAD + (long) PARSED_SIZE_FACTOR * size;
    }

    /** Creates a call of a WAMP v2 client. */
    public Call(WampConnection caller, V2Message.Call message, V2CallOptions options, Reply reply) {
        this.caller = caller;
        this.procedure = message.procedure();
        this.options = options;
        this.reply = reply;
        CallArguments compact = message.arguments().compact();
        this.payload = compact;
        this.size = MemoryUsage.OVERHEAD + 2L * procedure.length() + compact.size();
    }

    /** Returns the approximate memory use of the pending call in bytes. */
    public long size() {
        return size;
    }

    public WampConnection caller() {
        return caller;
    }

    public V2CallOptions options() {
        return options;
    }

    public synchronized CallArguments payload() {
        CallArguments result = payload;
        if (result == null) {
            JsonArray json = new JsonArray();
            arguments().forEach(json::add);
            result = CallArguments.ofJsonList(json.toString());
            payload = result;
        }
        return result;
    }

    /** Returns the URI of the procedure. */
    public String procedure() {
        return procedure;
    }

    /**
     * Returns the arguments.
     *
     * <p>In WAMP v1 a single argument that is an array stands for its items. In WAMP v2 keyword arguments follow the
     * others as one object.
     */
    public synchronized List<JsonElement> arguments() {
        List<JsonElement> result = list;
        if (result == null) {
            List<JsonElement> all = new ArrayList<>(payload().jsonList());
            JsonObject named = payload().jsonMap();
            if (!named.isEmpty()) {
                all.add(named);
            }
            result = List.copyOf(all);
            list = result;
        }
        return result;
    }

    /** Returns the keyword arguments: the only argument, if it is an object. */
    public Optional<JsonObject> named() {
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
    public boolean result(@Nullable Object data) {
        return answer(() -> reply.result(data, false));
    }

    /** Reports whether the caller accepts progressive results (WAMP v2). */
    public boolean wantsProgress() {
        return options.receiveProgress();
    }

    /**
     * Sends a progressive result, any value that Gson can write; the answer follows.
     *
     * <p>Returns false if the caller does not accept progressive results or has disconnected, or if the call was
     * answered.
     */
    public boolean progress(@Nullable Object data) {
        return wantsProgress() && sendProgress(() -> reply.result(data, true));
    }

    /**
     * Answers with an error.
     *
     * <p>Returns false if the call was answered before, or the caller has disconnected.
     */
    public boolean error(String errorUri, String description) {
        return error(errorUri, description, null);
    }

    /**
     * Answers with an error and details that Gson can write.
     *
     * <p>Returns false if the call was answered before, or the caller has disconnected.
     */
    public boolean error(String errorUri, String description, @Nullable Object details) {
        return answer(() -> reply.error(errorUri, description, details));
    }

    /** Reports whether the call was answered or canceled, or the caller has disconnected. */
    public boolean isDone() {
        return done.get();
    }

    public boolean result(CallArguments arguments, boolean progress) {
        if (progress) {
            return wantsProgress() && sendProgress(() -> reply.result(arguments, true));
        }
        return answer(() -> reply.result(arguments, false));
    }

    public boolean error(String errorUri, CallArguments arguments) {
        return answer(() -> reply.error(errorUri, arguments));
    }

    private boolean sendProgress(BooleanSupplier sending) {
        CallTimer running = timer;
        if (running != null) {
            running.restart();
        }
        // an answer from another thread waits until this part is sent, so that no part follows it
        synchronized (done) {
            try {
                return !done.get() && sending.getAsBoolean();
            } catch (CallException tooLong) {
                cancel("killnowait", tooLong.errorUri());
                return false;
            }
        }
    }

    /** Answers unless already answered. If writing fails, the call stays unanswered, and an error may follow. */
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
        complete();
        return sent;
    }

    private void complete() {
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

    /** Runs a task when the call is done, or immediately if it is. */
    public void whenDone(Runnable task) {
        synchronized (whenDone) {
            if (!done.get()) {
                whenDone.add(task);
                return;
            }
        }
        task.run();
    }

    /** Sets the execution that can be canceled. */
    public void execution(CallExecution current) {
        execution = current;
    }

    /** Cancels the call because of the caller or a timeout. */
    public void cancel(String mode, String errorUri) {
        cancel(mode, errorUri, CallArguments.EMPTY);
    }

    public void cancel(String mode, String errorUri, CallArguments arguments) {
        CallExecution current = execution;
        boolean waits = current != null && !done.get() && current.respondsAfterCancel(mode);
        // answered before the callee is notified: its answer to INTERRUPT could arrive first
        if ((waits || error(errorUri, arguments)) && current != null) {
            current.cancel(mode);
        }
    }

    /** Passes a further part of a progressive call to its execution. */
    public void continueWith(CallArguments arguments, boolean progress) {
        CallExecution current = execution;
        if (current != null && !done.get()) {
            current.continueWith(arguments, progress);
        }
    }

    /** Ends the call because the caller has disconnected. */
    public void abandon() {
        CallExecution current = execution;
        if (done.compareAndSet(false, true)) {
            if (current != null) {
                current.cancel("killnowait");
            }
            complete();
        }
    }

    /** Starts the timeout that the caller asked for, if any. */
    public void startTimer() {
        long millis = options.timeout();
        if (millis > 0 && !done.get()) {
            PipelineContext.find(caller).ifPresent(pipeline -> {
                CallTimer running = new CallTimer(pipeline.outbound().loop(), millis, this);
                timer = running;
                running.restart();
            });
        }
    }

    /** Answers that the procedure does not exist. */
    void noSuchProcedure() {
        error("wamp.error.no_such_procedure", "no procedure " + procedure);
    }

    /**
     * Answers with the exception of a procedure.
     *
     * <p>A {@link CallException} is sent as it is, unless its details cannot be written. For other exceptions the
     * caller only learns that the procedure failed.
     */
    public void fail(Throwable cause) {
        try {
            if (cause instanceof CallException error) {
                error(error.errorUri(), error.description(), error.details().orElse(null));
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
