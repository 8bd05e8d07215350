package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
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

    /** Command that waits for the loop. */
    private record Command(Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<?>> call, Runnable failed) {}

    private final Executor loop;
    private final long maxBytes;
    private final Queue<Command> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /** Memory of the commands that have no answer yet. */
    private final AtomicLong bytes = new AtomicLong();

    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
    /** Number of answers on the connection; replaced by the loop. */
    private AtomicLong answered = new AtomicLong();
    /** Number of commands that were written to the connection; confined to the loop. */
    private long written;
    /** Value of {@link #written} at the last call of {@link #isStalled}. */
    private long watched;

    Commands(Executor loop, long maxBytes) {
        this.loop = loop;
        this.maxBytes = maxBytes;
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
        CompletableFuture<T> result = new CompletableFuture<>();
        long counted = (long) OVERHEAD + size;
        if (connection == null) {
            result.completeExceptionally(new UnavailableException("Redis is away"));
            return result;
        }
        if (bytes.addAndGet(counted) > maxBytes) {
            bytes.addAndGet(-counted);
            result.completeExceptionally(new UnavailableException(
                    "too many commands wait for Redis (expected: at most " + maxBytes + " bytes)"));
            return result;
        }
        queue.add(new Command(
                redis -> counted(command.apply(redis)).whenComplete((answer, failure) -> {
                    bytes.addAndGet(-counted);
                    if (failure == null) {
                        result.complete(answer);
                    } else {
                        result.completeExceptionally(failure(failure));
                    }
                }),
                () -> {
                    bytes.addAndGet(-counted);
                    result.completeExceptionally(new UnavailableException("Redis is away"));
                }));
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::flush);
        }
        return result;
    }

    private <T> CompletionStage<T> counted(CompletionStage<T> sent) {
        AtomicLong answers = answered;
        return sent.whenComplete((answer, failure) -> answers.incrementAndGet());
    }

    /** Executes a script, and loads it again if Redis has forgotten it. */
    CompletableFuture<Reply> script(Script script, byte[][] keys, byte[]... arguments) {
        int size = 0;
        for (byte[] argument : arguments) {
            size += argument.length;
        }
        int total = size;
        return run(script, total, keys, arguments)
                .exceptionallyCompose(failure -> cause(failure).getCause() instanceof RedisNoScriptException
                        ? this.<String>execute(0, redis -> redis.scriptLoad(script.text()))
                                .thenCompose(loaded -> run(script, total, keys, arguments))
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Reply> run(Script script, int size, byte[][] keys, byte[][] arguments) {
        return this.<List<Object>>execute(
                        size, redis -> redis.evalsha(script.sha(), ScriptOutputType.MULTI, keys, arguments))
                .thenApply(Reply::new);
    }

    private void flush() {
        scheduled.set(false);
        StatefulRedisConnection<byte[], byte[]> open = connection;
        boolean any = false;
        for (Command next = queue.poll(); next != null; next = queue.poll()) {
            if (open == null || !open.isOpen()) {
                next.failed.run();
                continue;
            }
            try {
                var unused = next.call.apply(open.async());
                written++;
                any = true;
            } catch (RuntimeException e) { // closed in the meantime
                next.failed.run();
            }
        }
        if (any && open != null) {
            open.flushCommands();
        }
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static Throwable failure(Throwable failure) {
        Throwable cause = cause(failure);
        UnavailableException unavailable = new UnavailableException("Redis: " + cause.getMessage());
        unavailable.initCause(cause);
        return unavailable;
    }
}
