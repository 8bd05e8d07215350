package dev.sprocket.session.redis;

import dev.sprocket.session.spi.SessionStore;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives notifications of deleted and expired keys.
 *
 * <p>The server sends them if {@code notify-keyspace-events} is set.
 */
final class RedisWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(RedisWatcher.class);
    private static final String SETTING = "notify-keyspace-events";
    private static final List<String> END_EVENTS = List.of("del", "expired", "evicted");

    private final RedisLayout layout;
    private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();
    private boolean started;
    private boolean closed;
    private boolean warned;
    private @Nullable RedisConnection current;
    private @Nullable StatefulRedisPubSubConnection<String, String> events;

    RedisWatcher(RedisLayout layout) {
        this.layout = layout;
    }

    /**
     * Switches to another client.
     *
     * <p>The owner closes the previous client and thereby its connection.
     */
    synchronized void follow(RedisConnection connection) {
        current = connection;
        events = null;
        if (started) {
            connect(connection);
        }
    }

    SessionStore.Watch watch(Consumer<String> onEnd) {
        Consumer<String> own = onEnd::accept; // a consumer may be added twice
        watchers.add(own);
        start();
        return () -> watchers.remove(own);
    }

    private synchronized void start() {
        if (!started && current != null) {
            started = true;
            connect(current);
        }
    }

    private boolean isStale(RedisConnection connection) {
        return closed || connection != current;
    }

    private synchronized void connect(RedisConnection connection) {
        if (!isStale(connection)) {
            connection.connectEvents().whenComplete((opened, failure) -> connected(connection, opened, failure));
        }
    }

    private synchronized void connected(
            RedisConnection connection,
            @Nullable StatefulRedisPubSubConnection<String, String> opened,
            @Nullable Throwable failure) {
        if (opened == null) {
            retry(connection, failure, () -> connect(connection));
            return;
        }
        if (isStale(connection)) {
            opened.closeAsync();
            return;
        }
        events = opened;
        opened.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String key) {
                layout.idOf(key).ifPresent(id -> watchers.forEach(watcher -> watcher.accept(id)));
            }
        });
        subscribe(connection, opened);
    }

    private synchronized void subscribe(
            RedisConnection connection, StatefulRedisPubSubConnection<String, String> opened) {
        if (isStale(connection)) {
            return;
        }
        String[] channels = END_EVENTS.stream()
                .map(event -> "__keyevent@" + connection.database() + "__:" + event)
                .toArray(String[]::new);
        opened.async().subscribe(channels).whenComplete((done, failure) -> {
            if (failure == null) {
                checkSetting(connection);
            } else {
                // the user may lack access to channels (ACL), the default since Redis 7
                retry(connection, failure, () -> subscribe(connection, opened));
            }
        });
    }

    private synchronized void retry(RedisConnection connection, @Nullable Throwable failure, Runnable attempt) {
        if (isStale(connection)) {
            return;
        }
        if (!warned && failure != null) {
            LOG.warn(
                    "Redis notifications not available, retrying: server={} cause=\"{}\" (check the server and the"
                            + " access of the user to __keyevent channels)",
                    connection,
                    RedisConnection.rootCause(failure).getMessage());
        }
        warned = true;
        connection.schedule(attempt);
    }

    private void checkSetting(RedisConnection connection) {
        connection.execute(redis -> redis.configGet(SETTING)).whenComplete((settings, failure) -> {
            if (failure != null) {
                LOG.info(
                        "Redis notification setting unknown: server={} cause=\"{}\"", connection, failure.getMessage());
                return;
            }
            String events = settings.getOrDefault(SETTING, "");
            boolean allEvents = events.contains("A");
            if (!events.contains("E") || !(allEvents || events.contains("g") && events.contains("x"))) {
                LOG.warn(
                        "Redis notifications disabled, sessions are polled: server={} notify-keyspace-events=\"{}\""
                                + " (set it to Egx)",
                        connection,
                        events);
            } else {
                LOG.info("Redis notifications enabled: server={}", connection);
            }
        });
    }

    synchronized void close() {
        closed = true;
        watchers.clear();
        if (events != null) {
            events.closeAsync();
        }
    }
}
