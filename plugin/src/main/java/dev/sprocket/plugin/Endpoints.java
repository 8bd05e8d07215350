package dev.sprocket.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.EventLoops;
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
 * Several endpoints as one: they start in order, all or none, and close at the same time.
 *
 * <p>Bridges begin to close before the others, so that what they have taken still reaches those who are subscribed. The
 * others follow when the bridges are closed, at the latest after {@linkplain #HEAD_START a head start}: a peer that keeps
 * one endpoint open holds up none of the others.
 *
 * <p>Called on an event loop, {@code close} returns at once and goes on in the background.
 */
@ThreadSafe
public final class Endpoints implements Endpoint {
    /** How long the others wait for bridges to close: a second, or a quarter of the time if that is less. */
    public static final Duration HEAD_START = Duration.ofSeconds(1);

    /** What an endpoint may take past its deadline before it is left alone. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** More than anybody waits, and still a number of nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(100_000);

    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

    private final List<Endpoint> all;
    private final List<Endpoint> bridges;
    private final List<Endpoint> started = new ArrayList<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Endpoints that close at the same time, in the order in which they start. */
    public Endpoints(List<? extends Endpoint> endpoints) {
        this(endpoints, List.of());
    }

    /**
     * Endpoints in the order in which they start.
     *
     * @param bridges those of them that close first
     */
    public Endpoints(List<? extends Endpoint> endpoints, List<? extends Endpoint> bridges) {
        this.all = List.copyOf(endpoints);
        this.bridges = List.copyOf(bridges);
    }

    /** In the order in which they start. */
    public List<Endpoint> all() {
        return all;
    }

    /** Whether all of them are healthy. */
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
            // an endpoint waits for its connections, which this thread would have to close
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
        Duration within = deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST;
        long end = System.nanoTime() + within.toNanos();
        List<Endpoint> first = started.stream().filter(bridges::contains).toList();
        List<Endpoint> second =
                started.stream().filter(one -> !bridges.contains(one)).toList();
        CompletableFuture<?> early = closing(first, end);
        if (!first.isEmpty() && !second.isEmpty()) {
            Duration quarter = within.dividedBy(4);
            await(early, quarter.compareTo(HEAD_START) < 0 ? quarter : HEAD_START);
        }
        CompletableFuture<?> late = closing(second, end);
        if (!await(
                CompletableFuture.allOf(early, late),
                Duration.ofNanos(end - System.nanoTime()).plus(GRACE))) {
            LOG.warn("endpoints did not close deadline-ms={} (left as they are)", within.toMillis());
        }
        started.clear();
    }

    /** Has them close at the same time, each on a thread of its own. */
    private static CompletableFuture<?> closing(List<Endpoint> endpoints, long end) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread closer = new Thread(
                    () -> {
                        try {
                            endpoint.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                        } catch (RuntimeException | Error e) {
                            LOG.error("endpoint failed to close endpoint={}", endpoint, e);
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

    /** Whether it is done by then. */
    private static boolean await(CompletableFuture<?> done, Duration atMost) {
        try {
            done.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
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
