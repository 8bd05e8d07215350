package dev.sprocket.faultlab;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.faultlab.host.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Asks each node for its state, and notices a machine that stands still. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // guarded by this
final class Monitor implements AutoCloseable {
    private static final int INTERVAL = 400;

    private final List<Node> nodes;
    private final LongSupplier clock;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private long longestStall;

    /**
     * State of a node.
     *
     * @param until time of the second answer
     * @param ready status of {@code GET /ready}; 0 without an answer
     * @param health status of {@code GET /health}
     */
    record Sample(long at, long until, String node, int ready, int health) {
        boolean isGood() {
            return ready == 200 && health == 200;
        }
    }

    Monitor(List<Node> nodes, LongSupplier clock) {
        this.nodes = nodes;
        this.clock = clock;
    }

    void start() {
        for (Node node : nodes) {
            thread("faultlab-monitor-" + node.name(), () -> ask(node));
        }
        thread("faultlab-stalls", this::watch);
    }

    private void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    private void ask(Node node) {
        try {
            while (!stopping) {
                long at = clock.getAsLong();
                int ready = node.status("/ready");
                int health = node.status("/health");
                Sample sample = new Sample(at, clock.getAsLong(), node.name(), ready, health);
                synchronized (this) {
                    samples.add(sample);
                }
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            while (!stopping) {
                long before = System.nanoTime();
                Thread.sleep(20);
                long stall = (System.nanoTime() - before) / 1_000_000 - 20;
                synchronized (this) {
                    longestStall = Math.max(longestStall, stall);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the longest delay of a sleeping thread of the lab, in milliseconds. */
    synchronized long longestStall() {
        return longestStall;
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
    }
}
