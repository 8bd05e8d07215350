package dev.sprocket.session.redis;

import dev.sprocket.session.spi.WatchableStore;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of keys that are deleted or expire, if the server tells (notify-keyspace-events). */
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

    /** Goes on with another client; the one before is closed by its owner, and its connection with it. */
    synchronized void follow(RedisConnection link) {
        current = link;
        events = null;
        if (started) {
            connect(link);
        }
    }

    WatchableStore.Watch watch(Consumer<String> ended) {
        Consumer<String> own = ended::accept; // one that is given twice is two
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

    private boolean isStale(RedisConnection link) {
        return closed || link != current;
    }

    private synchronized void connect(RedisConnection link) {
        if (!isStale(link)) {
            link.connectEvents().whenComplete((opened, failure) -> connected(link, opened, failure));
        }
    }

    private synchronized void connected(
            RedisConnection link,
            @Nullable StatefulRedisPubSubConnection<String, String> opened,
            @Nullable Throwable failure) {
        if (opened == null) {
            retry(link, failure, () -> connect(link));
            return;
        }
        if (isStale(link)) {
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
        subscribe(link, opened);
    }

    private synchronized void subscribe(RedisConnection link, StatefulRedisPubSubConnection<String, String> opened) {
        if (isStale(link)) {
            return;
        }
        String[] channels = END_EVENTS.stream()
                .map(event -> "__keyevent@" + link.database() + "__:" + event)
                .toArray(String[]::new);
        opened.async().subscribe(channels).whenComplete((done, failure) -> {
            if (failure == null) {
                checkSetting(link);
            } else {
                // its user may hear of no channel (ACL), which Redis 7 has so unless told otherwise
                retry(link, failure, () -> subscribe(link, opened));
            }
        });
    }

    private synchronized void retry(RedisConnection link, @Nullable Throwable failure, Runnable attempt) {
        if (isStale(link)) {
            return;
        }
        if (!warned && failure != null) {
            LOG.warn(
                    "{} cannot be heard, tried again: {}",
                    link,
                    RedisConnection.rootCause(failure).getMessage());
        }
        warned = true;
        link.schedule(attempt);
    }

    private void checkSetting(RedisConnection link) {
        link.execute(redis -> redis.configGet(SETTING)).whenComplete((settings, failure) -> {
            if (failure != null) {
                LOG.info("{} does not say whether it tells of sessions that end: {}", link, failure.getMessage());
                return;
            }
            String events = settings.getOrDefault(SETTING, "");
            boolean all = events.contains("A");
            if (!events.contains("E") || !(all || events.contains("g") && events.contains("x"))) {
                LOG.warn(
                        "{} does not tell of sessions that end ({} is \"{}\", expected: Egx): they are asked for from"
                                + " time to time",
                        link,
                        SETTING,
                        events);
            } else {
                LOG.info("{} tells of sessions that end", link);
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
