package dev.sprocket.session.memcached;

import com.spotify.folsom.MemcacheClient;
import com.spotify.folsom.MemcacheClientBuilder;
import dev.sprocket.session.internal.client.ClientThreads;
import dev.sprocket.session.spi.SessionFormatException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Connection to memcached that is reopened when lost. */
final class MemcachedConnection {
    private static final long MAX_RECONNECT_DELAY_MILLIS = 5000;

    private final String host;
    private final int port;
    private final Duration timeout;
    private final EventLoopGroup loop;
    private final MemcacheClient<byte[]> client;
    private CompletableFuture<Void> connected = CompletableFuture.completedFuture(null);

    MemcachedConnection(String host, int port, Duration timeout, ClientThreads threads) {
        this.host = host;
        this.port = port;
        this.timeout = timeout;
        this.loop = new MultiThreadIoEventLoopGroup(
                1, threads.factory("sprocket-session-memcached"), NioIoHandler.newFactory());
        this.client = MemcacheClientBuilder.newByteArrayClient()
                .withAddress(host, port)
                .withEventLoopGroup(loop)
                .withChannelClass(NioSocketChannel.class)
                .withConnectionTimeoutMillis(timeout.toMillis())
                .withRequestTimeoutMillis(timeout.toMillis())
                .withBackoff(failures -> Math.min(MAX_RECONNECT_DELAY_MILLIS, 10L << Math.min(failures, 10)))
                .withReplyExecutor(Runnable::run)
                .connectAscii();
    }

    Duration timeout() {
        return timeout;
    }

    /** Executes a command; fails within the timeout, with the server in the message. */
    <T> CompletionStage<T> execute(Function<MemcacheClient<byte[]>, CompletionStage<T>> command) {
        return connected()
                .thenCompose(ready -> command.apply(client))
                .toCompletableFuture()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(e -> CompletableFuture.failedStage(nameServer(e)));
    }

    /** Returns one shared connection attempt, so that attempts do not accumulate during an outage. */
    private synchronized CompletionStage<Void> connected() {
        if (client.isConnected()) {
            return CompletableFuture.completedStage(null);
        }
        if (connected.isDone()) {
            connected = client.connectFuture().toCompletableFuture();
        }
        return connected.copy();
    }

    private Throwable nameServer(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof SessionFormatException) {
            return cause;
        }
        if (cause instanceof TimeoutException) {
            Throwable connectFailure = client.getConnectionFailure();
            String reason = connectFailure == null || client.isConnected() ? "" : ": " + connectFailure.getMessage();
            return new IOException(this + ": no response within " + timeout.toMillis() + " ms" + reason, cause);
        }
        return new IOException(this + ": " + cause.getMessage(), cause);
    }

    EventLoopGroup loop() {
        return loop;
    }

    void close() {
        client.shutdown();
        loop.shutdownGracefully(0, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return "memcached at " + host + ":" + port;
    }
}
