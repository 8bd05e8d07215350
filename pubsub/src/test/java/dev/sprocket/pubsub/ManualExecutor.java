package dev.sprocket.pubsub;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Executor that counts tasks and runs them on request. */
public final class ManualExecutor implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    int count;

    @Override
    public void execute(Runnable task) {
        count++;
        tasks.add(task);
    }

    public void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
