package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.lettuce.core.RedisURI;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Sentinels that name the primary.
 *
 * <p>After a planned failover, the old primary accepts writes for about 10 s, until Sentinel demotes it. They are lost.
 * So nodes ask for the primary while they are connected, too.
 */
@ThreadSafe
final class Sentinels {
    private final RedisClients clients;
    private final RedisURI uri;
    private final Duration timeout;
    private final byte[] primary;

    Sentinels(RedisClients clients, RedisURI uri, Duration timeout) {
        this.clients = clients;
        this.uri = uri;
        this.timeout = timeout;
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
                .whenComplete((address, failure) -> {
                    var unused = opened.closeAsync();
                }));
    }
}
