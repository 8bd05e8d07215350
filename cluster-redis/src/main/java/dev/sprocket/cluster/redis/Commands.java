package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.transport.LoopIteration;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Commands of all threads, in order of their calls, on one connection.
 *
 * <p>The commands of one turn of the loop are written together. Commands have no timer of their own: the connection is
 * closed if it {@linkplain #isStalled does not answer}, and then all fail.
 */
@ThreadSafe
final class Commands {
    /** Memory that counts for each command, in addition to its arguments. */
    private static final int OVERHEAD = 256;

    private final Executor loop;
    private final long maxBytes;
    private final @Nullable Replicas replicas;
    private final Queue<Command<?>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable scheduleFlush = this::scheduleFlush;
    /** Memory of the commands that have no answer yet. */
    private final AtomicLong bytes = new AtomicLong();
    /** Commands whose script Redis has forgotten, in their order; sent again before all others. */
    private final Queue<Command<?>> forgotten = new ConcurrentLinkedQueue<>();

    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
    /** Number of answers on the connection; replaced by the loop. */
    private AtomicLong answered = new AtomicLong();
    /** Number of commands that were written to the connection; confined to the loop. */
    private long written;
    /** Value of {@link #written} at the last call of {@link #isStalled}. */
    private long watched;
    /** Confirmation by replicas of the commands that were sent last; confined to the loop. */
    private CompletableFuture<Long> confirmation = CompletableFuture.completedFuture(0L);

    /**
     * Creates commands without a connection.
     *
     * @param replicas what replicas must confirm; null for nothing
     */
    Commands(Executor loop, long maxBytes, @Nullable Replicas replicas) {
        this.loop = loop;
        this.maxBytes = maxBytes;
        this.replicas = replicas;
    }

    /** Command with its result. */
    private final class Command<T> {
        final long counted;
        final Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> call;
        final boolean isReplicated;
        final CompletableFuture<T> result = new CompletableFuture<>();
        boolean sentAgain;

        Command(
                int size,
                boolean isReplicated,
                Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> call) {
            this.counted = (long) OVERHEAD + size;
            this.isReplicated = isReplicated;
            this.call = call;
        }

        /** Sends this command; confined to the loop. */
        void send(StatefulRedisConnection<byte[], byte[]> open, CompletableFuture<Long> confirmed) {
            CompletionStage<T> answer;
            try {
                answer = call.apply(open.async());
            } catch (RuntimeException e) { // closed in the meantime
                fail(new UnavailableException("Redis is away"));
                return;
            }
            written++;
            AtomicLong answers = answered;
            var unused = answer.whenComplete((value, failure) -> {
                onAnswer(value, failure, confirmed);
                answers.incrementAndGet();
                if (!forgotten.isEmpty()) {
                    schedule();
                }
            });
        }

        private void onAnswer(T value, @Nullable Throwable failure, CompletableFuture<Long> confirmed) {
            if (failure != null && cause(failure) instanceof RedisNoScriptException && !sentAgain) {
                sentAgain = true;
                forgotten.add(this);
            } else if (failure != null) {
                fail(failure(failure));
            } else if (isReplicated && replicas != null) {
                var unused = confirmed.whenComplete((count, lost) -> {
                    UnavailableException problem = lost == null ? replicas.problem(count) : failure(lost);
                    if (problem == null) {
                        complete(value);
                    } else {
                        fail(problem);
                    }
                });
            } else {
                complete(value);
            }
        }

        private void complete(T value) {
            bytes.addAndGet(-counted);
            result.complete(value);
        }

        void fail(Throwable failure) {
            bytes.addAndGet(-counted);
            result.completeExceptionally(failure);
        }
    }

    /** Uses a connection, whose auto flush is off; null if there is none. Called by the loop. */
    void connection(@Nullable StatefulRedisConnection<byte[], byte[]> other) {
        answered = new AtomicLong();
        written = 0;
        watched = 0;
        connection = other;
    }

    /**
     * Reports whether a command that was written before the last call has no answer.
     *
     * <p>Called by the loop, at intervals of the time limit.
     */
    boolean isStalled() {
        boolean isStalled = answered.get() < watched;
        watched = written;
        return isStalled;
    }

    /**
     * Executes a command.
     *
     * @param size size of its arguments in bytes
     */
    <T> CompletableFuture<T> execute(
            int size, Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
        return execute(size, false, command);
    }

    private <T> CompletableFuture<T> execute(
            int size,
            boolean isReplicated,
            Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
        Command<T> added = new Command<>(size, isReplicated, command);
        if (bytes.addAndGet(added.counted) > maxBytes) {
            added.fail(new UnavailableException(
                    "too many commands wait for Redis (expected: at most " + maxBytes + " bytes)"));
        } else if (connection == null) {
            added.fail(new UnavailableException("Redis is away"));
        } else {
            queue.add(added);
            schedule();
        }
        return added.result;
    }

    /** Executes a script, and loads it again if Redis has forgotten it. */
    CompletableFuture<Reply> script(Script script, byte[][] keys, byte[]... arguments) {
        int size = 0;
        for (byte[] argument : arguments) {
            size += argument.length;
        }
        return this.<List<Object>>execute(
                        size,
                        script == Script.APPEND,
                        redis -> redis.evalsha(script.sha(), ScriptOutputType.MULTI, keys, arguments))
                .thenApply(Reply::new);
    }

    /** Schedules a flush, on an event loop at the end of its iteration. */
    private void schedule() {
        LoopIteration publisher = LoopIteration.current();
        if (publisher == null) {
            scheduleFlush();
        } else {
            publisher.runFirst(scheduleFlush); // not marked as scheduled yet: other threads need not wait for its end
        }
    }

    private void scheduleFlush() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this::flush);
            } catch (RejectedExecutionException e) { // the engine is closed
                scheduled.set(false);
                failAll();
            }
        }
    }

    private void failAll() {
        for (Queue<Command<?>> all : List.of(forgotten, queue)) {
            for (Command<?> next = all.poll(); next != null; next = all.poll()) {
                next.fail(new UnavailableException("Redis is away"));
            }
        }
    }

    private void flush() {
        scheduled.set(false);
        StatefulRedisConnection<byte[], byte[]> open = connection;
        if (open == null || !open.isOpen()) {
            failAll();
            return;
        }
        if (!confirmation.isDone() || (!forgotten.isEmpty() && answered.get() < written)) {
            return; // continued by the answer
        }
        CompletableFuture<Long> confirmed = new CompletableFuture<>();
        boolean isWritten = !forgotten.isEmpty();
        boolean isReplicated = false;
        if (isWritten) {
            for (Script script : Script.values()) {
                Command<String> load = new Command<>(0, false, redis -> redis.scriptLoad(script.text()));
                bytes.addAndGet(load.counted);
                load.send(open, confirmed);
            }
        }
        for (Queue<Command<?>> all : List.of(forgotten, queue)) {
            for (Command<?> next = all.poll(); next != null; next = all.poll()) {
                next.send(open, confirmed);
                isWritten = true;
                isReplicated |= next.isReplicated;
            }
        }
        if (isReplicated && replicas != null) {
            confirm(open, confirmed, replicas);
        }
        if (isWritten) {
            open.flushCommands();
        }
    }

    /** Asks the replicas; other commands wait for their answer, which therefore comes in time. */
    private void confirm(
            StatefulRedisConnection<byte[], byte[]> open, CompletableFuture<Long> confirmed, Replicas expected) {
        confirmation = confirmed;
        Command<Long> wait =
                new Command<>(0, false, redis -> redis.waitForReplication(expected.count(), expected.timeoutMillis()));
        bytes.addAndGet(wait.counted);
        wait.send(open, confirmed);
        var unused = wait.result.whenComplete((count, failure) -> {
            if (failure == null) {
                confirmed.complete(count);
            } else {
                confirmed.completeExceptionally(failure);
            }
            schedule();
        });
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static UnavailableException failure(Throwable failure) {
        Throwable cause = cause(failure);
        UnavailableException unavailable = new UnavailableException(
                "Redis: " + (Problems.code(cause).isEmpty() ? cause.getMessage() : Problems.text(cause)));
        unavailable.initCause(cause);
        return unavailable;
    }
}
