package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.metrics.WampMetrics;
import dev.sprocket.wamp.internal.metrics.WampMetrics.CallResult;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Call of a client, until it is answered or canceled. */
@ThreadSafe
public final class PendingCall implements Call {
    /** Sends answers to the caller. Throws {@link CallException} if a progressive result cannot be sent. */
    public interface Reply {
        /** Sends a result of the application. */
        boolean result(@Nullable Object data, boolean progress);

        /** Sends an error of the application. */
        boolean error(String uri, String description, @Nullable Object details);

        /** Sends the result of another client. */
        boolean result(CallArguments arguments, boolean progress);

        /** Sends the error of another client. */
        boolean error(String uri, CallArguments arguments);
    }

    /** Execution of a call by a callee, which can be canceled. */
    interface Execution {
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
    private final Caller caller;
    private final String procedure;
    private final CallOptions options;
    private final Reply reply;
    private final long started = WampMetrics.begin();
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<Runnable> whenDone = new ArrayList<>(1);
    private @Nullable List<JsonElement> list;
    private @Nullable CallArguments payload;
    private volatile @Nullable Execution execution;
    private volatile @Nullable CallTimer timer;

    /**
     * Creates a call of a WAMP v1 client.
     *
     * @param size length of the client's message in bytes
     */
    public PendingCall(Caller caller, String procedure, List<JsonElement> arguments, int size, Reply reply) {
        this.caller = caller;
        this.procedure = procedure;
        this.options = CallOptions.NONE;
        this.reply = reply;
        this.list = arguments;
        this.size = MemoryUsage.OVERHEAD + (long) PARSED_SIZE_FACTOR * size;
    }

    /** Creates a call of a WAMP v2 client. */
    public PendingCall(Caller caller, V2Message.Call message, CallOptions options, Reply reply) {
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

    /** Returns the client that waits for the answer. */
    public Caller caller() {
        return caller;
    }

    /** Returns the options of the call. */
    public CallOptions options() {
        return options;
    }

    /** Returns the arguments as they are passed to other clients. */
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

    @Override
    public String procedure() {
        return procedure;
    }

    @Override
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

    @Override
    public boolean result(@Nullable Object data) {
        return answer(CallResult.SUCCESS, () -> reply.result(data, false));
    }

    @Override
    public boolean wantsProgress() {
        return options.receiveProgress();
    }

    @Override
    public boolean progress(@Nullable Object data) {
        return wantsProgress() && sendProgress(() -> reply.result(data, true));
    }

    @Override
    public boolean error(String errorUri, String description, @Nullable Object details) {
        return answer(CallResult.of(errorUri), () -> reply.error(errorUri, description, details));
    }

    @Override
    public boolean isDone() {
        return done.get();
    }

    /** Answers with the result of another client, or sends a part of it. */
    public boolean result(CallArguments arguments, boolean progress) {
        if (progress) {
            return wantsProgress() && sendProgress(() -> reply.result(arguments, true));
        }
        return answer(CallResult.SUCCESS, () -> reply.result(arguments, false));
    }

    /** Answers with the error of another client. */
    public boolean error(String errorUri, CallArguments arguments) {
        return answer(CallResult.of(errorUri), () -> reply.error(errorUri, arguments));
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
    private boolean answer(CallResult result, BooleanSupplier sending) {
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
        complete(result);
        return sent;
    }

    private void complete(CallResult result) {
        WampMetrics.ended(result, started);
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
    void execution(Execution current) {
        execution = current;
    }

    /** Cancels the call because of the caller or a timeout. */
    public void cancel(String mode, String errorUri) {
        cancel(mode, errorUri, CallArguments.EMPTY);
    }

    /** Cancels the call with arguments of the error. */
    public void cancel(String mode, String errorUri, CallArguments arguments) {
        Execution current = execution;
        boolean waits = current != null && !done.get() && current.respondsAfterCancel(mode);
        // answered before the callee is notified: its answer to INTERRUPT could arrive first
        if ((waits || error(errorUri, arguments)) && current != null) {
            current.cancel(mode);
        }
    }

    /** Passes a further part of a progressive call to its execution. */
    public void continueWith(CallArguments arguments, boolean progress) {
        Execution current = execution;
        if (current != null && !done.get()) {
            current.continueWith(arguments, progress);
        }
    }

    /** Ends the call because the caller has disconnected. */
    void abandon() {
        Execution current = execution;
        if (done.compareAndSet(false, true)) {
            if (current != null) {
                current.cancel("killnowait");
            }
            complete(CallResult.ABANDONED);
        }
    }

    /** Starts the timeout that the caller asked for, if any. */
    public void startTimer() {
        long millis = options.timeout();
        if (millis > 0 && !done.get()) {
            PipelineContext.find(caller).ifPresent(pipeline -> {
                CallTimer running = new CallTimer(pipeline.loop(), millis, this);
                timer = running;
                running.restart();
            });
        }
    }

    @Override
    public String toString() {
        return "call of " + procedure;
    }
}
