package dev.sprocket.session.internal.client;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.io.HealthCheck;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client of a session store that is replaced when one of its threads ends.
 *
 * <p>Client libraries reconnect after an outage of the server, but do not restart a thread that ended with an {@link
 * Error}: from then on every request fails. This class closes such a client and opens a new one, at most once a
 * second.
 *
 * <p>Clients are opened and closed on a dedicated thread, except for the first one.
 *
 * @param <C> type of the client
 */
@ThreadSafe
public final class WatchedClient<C> implements HealthCheck, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedClient.class);
    private static final PeerLog REPEATED = PeerLog.of(WatchedClient.class);
    private static final long RETRY_MILLIS = 1000;

    private final String name;
    private final Function<ClientThreads, C> opener;
    private final Consumer<C> closer;
    private C client;
    private ClientThreads threads;
    /** True also while the first client is opened. */
    private boolean replacing = true;

    private boolean closed;

    /**
     * Opens a client.
     *
     * @param name name for log lines, such as {@code redis}
     * @param opener opens a client, all of whose permanent threads come from the given factory
     * @param closer closes a client, possibly one whose threads have ended; must not wait for them
     */
    public WatchedClient(String name, Function<ClientThreads, C> opener, Consumer<C> closer) {
        this.name = name;
        this.opener = opener;
        this.closer = closer;
        this.threads = new ClientThreads(this::check);
        this.client = opener.apply(threads);
        synchronized (this) {
            replacing = false;
        }
        check();
    }

    /** Returns the current client; while it is replaced, the broken one. */
    public synchronized C get() {
        return client;
    }

    @Override
    public synchronized boolean isHealthy() {
        return !replacing;
    }

    private synchronized void check() {
        if (replacing || closed || threads.cause().isEmpty()) {
            return;
        }
        replacing = true;
        LOG.error("session store client failed, opening a new one: store={} cause=\"{}\"", name, threads.cause());
        Thread thread = new Thread(this::replace, "sprocket-session-reopen");
        thread.setDaemon(true);
        thread.start();
    }

    private void replace() {
        close(get());
        while (true) {
            ClientThreads fresh = new ClientThreads(this::check);
            C opened = open(fresh);
            if (opened != null && install(opened, fresh)) {
                LOG.info("session store client reopened: store={}", name);
                return;
            }
            if (opened != null) {
                close(opened);
            }
            synchronized (this) {
                if (closed) {
                    return;
                }
            }
            try {
                Thread.sleep(RETRY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private @Nullable C open(ClientThreads fresh) {
        try {
            return opener.apply(fresh);
        } catch (RuntimeException | Error e) {
            REPEATED.warn(
                    name,
                    "session store client not opened, requests that need a session get 503: store={} retryMs={}"
                            + " cause=\"{}\"",
                    name,
                    RETRY_MILLIS,
                    e.toString());
            return null;
        }
    }

    private synchronized boolean install(C opened, ClientThreads fresh) {
        if (closed || !fresh.cause().isEmpty()) {
            return false;
        }
        client = opened;
        threads = fresh;
        replacing = false;
        return true;
    }

    private void close(C old) {
        try {
            closer.accept(old);
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "session store client not closed, its threads may remain: store={} cause=\"{}\"",
                    name,
                    e.toString());
        }
    }

    /** Closes the client. */
    @Override
    public void close() {
        C last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (replacing) {
                return; // the replacing thread closes it
            }
            last = client;
        }
        closer.accept(last);
    }
}
