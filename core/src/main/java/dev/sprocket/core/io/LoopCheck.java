package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds event loops that do not run a task within a time limit.
 *
 * <p>A loop has one task of this check at most, and callers at the same time share one answer.
 */
@ThreadSafe
final class LoopCheck {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    /** Event loop with the task that it was last asked to run. */
    private static final class Loop {
        final EventExecutor executor;
        CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
        long askedNanos;
        volatile String name;
        boolean wasBlocked;

        Loop(EventExecutor executor, String name) {
            this.executor = executor;
            this.name = name;
        }

        void ask(long now) {
            if (!answer.isDone()) {
                return;
            }
            askedNanos = now;
            CompletableFuture<Void> asked = new CompletableFuture<>();
            answer = asked;
            try {
                executor.execute(() -> {
                    name = Thread.currentThread().getName();
                    asked.complete(null);
                });
            } catch (RejectedExecutionException e) { // it ends
                asked.complete(null);
            }
        }

        boolean isBlocked(long now, long limitNanos) {
            return !answer.isDone() && now - askedNanos >= limitNanos;
        }
    }

    private final List<Loop> loops = new ArrayList<>();
    private CompletableFuture<List<String>> running = CompletableFuture.completedFuture(List.of());
    private long runningLimit;

    LoopCheck(Iterable<EventExecutor> executors) {
        for (EventExecutor executor : executors) {
            loops.add(new Loop(executor, "event loop " + (loops.size() + 1)));
        }
    }

    /** Returns the names of the blocked loops; completes within the limit. */
    synchronized CompletionStage<List<String>> blocked(Duration limit) {
        long limitNanos = limit.toNanos();
        if (!running.isDone() && runningLimit == limitNanos) {
            return running.copy();
        }
        long now = System.nanoTime();
        long left = limitNanos;
        List<CompletableFuture<Void>> answers = new ArrayList<>(loops.size());
        for (Loop loop : loops) {
            loop.ask(now);
            if (!loop.answer.isDone()) {
                left = Math.min(left, limitNanos - (now - loop.askedNanos));
            }
            answers.add(loop.answer);
        }
        runningLimit = limitNanos;
        running = CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                .completeOnTimeout(null, Math.max(0, left), TimeUnit.NANOSECONDS)
                .thenApply(done -> collect(limitNanos));
        return running.copy();
    }

    private synchronized List<String> collect(long limitNanos) {
        long now = System.nanoTime();
        List<String> names = new ArrayList<>();
        for (Loop loop : loops) {
            boolean blocked = loop.isBlocked(now, limitNanos);
            if (blocked) {
                names.add(loop.name);
            }
            if (blocked != loop.wasBlocked) {
                loop.wasBlocked = blocked;
                log(loop.name, blocked, limitNanos);
            }
        }
        return names;
    }

    private static void log(String name, boolean blocked, long limitNanos) {
        if (blocked) {
            LOG.error(
                    "event loop blocked: loop=\"{}\" limitMillis={} (take a thread dump; its connections do not work)",
                    name,
                    TimeUnit.NANOSECONDS.toMillis(limitNanos));
        } else {
            LOG.info("event loop continues: loop=\"{}\"", name);
        }
    }
}
