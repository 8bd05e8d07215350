package dev.sprocket.plugin;

import dev.sprocket.core.Endpoint;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Several endpoints as one: they start in order, all or none, and close in the order opposite to that.
 *
 * <p>Threads: any.
 */
public final class Endpoints implements Endpoint {
    private final List<Endpoint> all;
    private final List<Endpoint> started = new ArrayList<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** In the order in which they start. */
    public Endpoints(List<? extends Endpoint> endpoints) {
        this.all = List.copyOf(endpoints);
    }

    /** In the order in which they start. */
    public List<Endpoint> all() {
        return all;
    }

    @Override
    public synchronized void start() throws IOException {
        for (Endpoint endpoint : all) {
            try {
                endpoint.start();
                started.add(endpoint);
            } catch (IOException | RuntimeException e) {
                closeAll(Duration.ZERO);
                throw e;
            }
        }
    }

    @Override
    public synchronized void close(Duration deadline) {
        closeAll(deadline);
        closed.complete(null);
    }

    private void closeAll(Duration deadline) {
        // as many nanoseconds as there are numbers for
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(deadline);
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        started.clear();
    }

    /** Returns when they were closed. */
    public void join() {
        closed.join();
    }

    /** The first one's. */
    @Override
    public SocketAddress address() {
        return all.get(0).address();
    }
}
