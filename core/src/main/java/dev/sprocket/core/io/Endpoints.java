package dev.sprocket.core.io;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group of endpoints that start together and close concurrently.
 *
 * <p>They start in order; if one fails, those already started are closed. Bridges begin to close first, so the events
 * that they accepted still reach the subscribers. The other endpoints follow as soon as the bridges are closed, at the
 * latest after {@link #HEAD_START}. An endpoint that is slow to close does not delay the others.
 *
 * <p>Called on an event loop, {@code close} returns immediately and continues in the background.
 */
@ThreadSafe
public final class Endpoints implements Endpoint {
    /** Maximum wait for bridges to close: one second, or a quarter of the deadline. */
    public static final Duration HEAD_START = Duration.ofSeconds(1);

    /** Time after the deadline until an endpoint is abandoned. */
    private static final Duration OVERTIME = Duration.ofSeconds(10);
    /** Longest deadline that is representable in nanoseconds. */
    private static final Duration MAX_DEADLINE = Duration.ofDays(100_000);

    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

    private final List<Endpoint> all;
    private final List<Endpoint> bridges;
    private final List<Endpoint> started = new ArrayList<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Creates a group of endpoints in start order, which close at the same time. */
    public Endpoints(List<? extends Endpoint> endpoints) {
        this(endpoints, List.of());
    }

    /**
     * Creates a group of endpoints in start order.
     *
     * @param bridges endpoints of the group that close first
     */
    public Endpoints(List<? extends Endpoint> endpoints, List<? extends Endpoint> bridges) {
        this.all = List.copyOf(endpoints);
        this.bridges = List.copyOf(bridges);
    }

    /** Returns the endpoints in start order. */
    public List<Endpoint> all() {
        return all;
    }

    /** Reports whether all endpoints are healthy. */
    @Override
    public boolean isHealthy() {
        return all.stream().allMatch(Endpoint::isHealthy);
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
    public void close(Duration deadline) {
        if (EventLoops.isLoopThread()) {
            // endpoints wait for their connections, which this thread has to close
            new Thread(() -> closeNow(deadline), "sprocket-close").start();
        } else {
            closeNow(deadline);
        }
    }

    private synchronized void closeNow(Duration deadline) {
        closeAll(deadline);
        closed.complete(null);
    }

    private void closeAll(Duration deadline) {
        Duration within = deadline.compareTo(MAX_DEADLINE) < 0 ? deadline : MAX_DEADLINE;
        long end = System.nanoTime() + within.toNanos();
        List<Endpoint> first = started.stream().filter(bridges::contains).toList();
        List<Endpoint> second =
                started.stream().filter(one -> !bridges.contains(one)).toList();
        CompletableFuture<?> early = closeAsync(first, end);
        if (!first.isEmpty() && !second.isEmpty()) {
            Duration quarter = within.dividedBy(4);
            await(early, quarter.compareTo(HEAD_START) < 0 ? quarter : HEAD_START);
        }
        CompletableFuture<?> late = closeAsync(second, end);
        if (!await(
                CompletableFuture.allOf(early, late),
                Duration.ofNanos(end - System.nanoTime()).plus(OVERTIME))) {
            LOG.warn("endpoints did not close in time: deadlineMs={} (abandoned)", within.toMillis());
        }
        started.clear();
    }

    /** Closes endpoints concurrently, each on its own thread. */
    private static CompletableFuture<?> closeAsync(List<Endpoint> endpoints, long end) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread closer = new Thread(
                    () -> {
                        try {
                            endpoint.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                        } catch (RuntimeException | Error e) {
                            LOG.error("endpoint failed to close: endpoint={}", endpoint, e);
                        } finally {
                            done.complete(null);
                        }
                    },
                    "sprocket-close");
            closer.setDaemon(true);
            closer.start();
            all.add(done);
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** Waits for a result; returns false after a timeout or an interrupt. */
    @CanIgnoreReturnValue
    private static boolean await(CompletableFuture<?> done, Duration timeout) {
        try {
            done.get(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until the endpoints are closed. */
    public void join() {
        closed.join();
    }

    /** Returns the address of the first endpoint. */
    @Override
    public SocketAddress address() {
        return all.get(0).address();
    }
}
