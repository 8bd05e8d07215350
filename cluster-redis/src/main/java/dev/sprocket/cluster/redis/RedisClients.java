package dev.sprocket.cluster.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Client with its threads, as the engine needs it. */
final class RedisClients {
    static final ByteArrayCodec CODEC = ByteArrayCodec.INSTANCE;

    /** Number of unanswered keepalive probes after which a connection ends. */
    private static final int KEEPALIVE_PROBES = 3;

    private final ClientResources resources;
    private final RedisClient client;

    /**
     * Creates a client.
     *
     * @param certificates certificates of authorities that are trusted, in PEM; null for those of the JVM
     * @param loop event loop of all connections, which the caller ends
     */
    RedisClients(RedisURI uri, Duration timeout, @Nullable Path certificates, OwnLoop loop) {
        uri.setTimeout(timeout);
        resources = DefaultClientResources.builder()
                .threadFactoryProvider(pool -> new DefaultThreadFactory("sprocket-cluster-redis-" + pool, true))
                .nettyCustomizer(new ResetOnClose())
                .eventLoopGroupProvider(loop)
                .computationThreadPoolSize(2)
                .build();
        client = RedisClient.create(resources, uri);
        SslOptions.Builder tls = SslOptions.builder().handshakeTimeout(timeout);
        if (certificates != null) {
            tls.trustManager(certificates.toFile());
        }
        client.setOptions(ClientOptions.builder()
                .pingBeforeActivateConnection(false) // INFO and SUBSCRIBE follow, and need fewer rights
                .sslOptions(tls.build())
                .autoReconnect(false) // the engine connects and subscribes itself
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled()) // of RESP3
                // a timer for each command would keep it in memory; the engine closes connections that do not answer
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(socket(timeout))
                .build());
    }

    /**
     * Closes connections by a reset.
     *
     * <p>Otherwise the kernel repeats unsent commands of a connection that was given up, and Redis executes them after
     * newer ones when the network has healed.
     */
    private static final class ResetOnClose implements NettyCustomizer {
        @Override
        public void afterBootstrapInitialized(Bootstrap bootstrap) {
            var unused = bootstrap.option(ChannelOption.SO_LINGER, 0);
        }
    }

    private static SocketOptions socket(Duration timeout) {
        SocketOptions.Builder options = SocketOptions.builder().connectTimeout(timeout);
        if (!EpollProvider.isAvailable()) {
            return options.keepAlive(true).build();
        }
        Duration second = timeout.compareTo(Duration.ofSeconds(1)) > 0 ? timeout : Duration.ofSeconds(1);
        return options.keepAlive(SocketOptions.KeepAliveOptions.builder()
                        .enable()
                        .idle(second)
                        .interval(second)
                        .count(KEEPALIVE_PROBES)
                        .build())
                .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                        .enable()
                        .tcpUserTimeout(second.multipliedBy(2))
                        .build())
                .build();
    }

    RedisClient client() {
        return client;
    }

    void shutdown(Duration timeout) {
        var unused = client.shutdownAsync(0, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .orTimeout(2 * timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> resources.shutdown(0, timeout.toMillis(), TimeUnit.MILLISECONDS));
    }
}
