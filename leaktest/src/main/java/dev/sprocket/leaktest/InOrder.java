package dev.sprocket.leaktest;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Executor that runs tasks on the calling thread, those of a task after it.
 *
 * <p>Not thread-safe.
 */
public final class InOrder implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
                next.run();
            }
        } finally {
            running = false;
        }
    }
}
