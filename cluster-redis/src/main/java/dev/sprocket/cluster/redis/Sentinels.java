package dev.sprocket.cluster.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sentinels that name the primary.
 *
 * <p>After a planned failover, the old primary accepts writes for about 10 s, until Sentinel demotes it. They are lost.
 * So nodes listen to a Sentinel while they are connected, and ask it with each probe.
 *
 * <p>Confined to the loop of the engine.
 */
final class Sentinels {
    /** Channels of Sentinel for the promotion of a replica, and for the new primary. */
    private static final byte[][] CHANNELS = {Names.bytes("+promoted-slave"), Names.bytes("+switch-master")};

    private final RedisClients clients;
    private final RedisURI uri;
    private final Duration timeout;
    private final Executor loop;
    private final byte[] primary;

    /** Number of the Sentinel to which this node listens next. */
    private int next;

    private boolean opening;
    private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> watching;

    /**
     * Creates the Sentinels of a URI.
     *
     * @param loop executes tasks on the loop of the engine
     */
    Sentinels(RedisClients clients, RedisURI uri, Duration timeout, Executor loop) {
        this.clients = clients;
        this.uri = uri;
        this.timeout = timeout;
        this.loop = loop;
        this.primary = Names.bytes(uri.getSentinelMasterId());
    }

    /** Returns true if a URI names Sentinels. */
    static boolean isUsedBy(RedisURI uri) {
        return uri.getSentinelMasterId() != null && !uri.getSentinels().isEmpty();
    }

    /** Asks for the address of the primary, within the time limit. */
    CompletionStage<SocketAddress> primary() {
        return clients.client().connectSentinelAsync(RedisClients.CODEC, uri).thenCompose(opened -> opened.async()
                .getMasterAddrByName(primary)
                .toCompletableFuture()
                .copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((address, failure) -> close(opened)));
    }

    /**
     * Listens to one of the Sentinels, if it does not yet.
     *
     * @param changed called on the loop when a primary may have changed
     */
    void watch(Runnable changed) {
        if (opening || (watching != null && watching.isOpen())) {
            return;
        }
        opening = true;
        List<RedisURI> all = uri.getSentinels();
        RedisURI one = all.get(next++ % all.size());
        CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> connected =
                clients.client().connectPubSubAsync(RedisClients.CODEC, one).toCompletableFuture();
        var unused = connected
                .thenCompose(opened -> {
                    opened.addListener(new RedisPubSubAdapter<>() {
                        @Override
                        public void message(byte[] channel, byte[] text) {
                            loop.execute(changed);
                        }
                    });
                    return opened.async().subscribe(CHANNELS);
                })
                .toCompletableFuture()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((subscribed, failure) -> loop.execute(() -> {
                    opening = false;
                    if (failure == null) {
                        watching = connected.join();
                    } else { // tried again with the next probe
                        var unused1 = connected.thenAccept(Sentinels::close);
                    }
                }));
    }

    private static void close(StatefulConnection<?, ?> opened) {
        var unused = opened.closeAsync();
    }
}
