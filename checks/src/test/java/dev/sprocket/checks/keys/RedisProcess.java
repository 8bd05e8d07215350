package dev.sprocket.checks.keys;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** Redis server of a test, and commands to it by Jedis. */
final class RedisProcess implements AutoCloseable {
    private final int port;
    private final RedisServer server;

    private RedisProcess(int port, RedisServer server) {
        this.port = port;
        this.server = server;
    }

    /** Starts a server on a free port. */
    static RedisProcess start(String... settings) throws IOException {
        return start(Site.freePort(), settings);
    }

    static RedisProcess start(int port, String... settings) throws IOException {
        var builder = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"");
        for (String setting : settings) {
            builder.setting(setting);
        }
        RedisServer server = builder.build();
        server.start();
        return new RedisProcess(port, server);
    }

    int port() {
        return port;
    }

    /** Returns a URI, with credentials such as {@code user:password@} and a path such as {@code /3}. */
    String uri(String credentials, String path) {
        return "redis://" + credentials + "127.0.0.1:" + port + path;
    }

    String uri() {
        return uri("", "");
    }

    @CanIgnoreReturnValue
    <T> T command(Function<Jedis, T> command) {
        try (Jedis jedis = new Jedis("127.0.0.1", port, Site.TIMEOUT_SECONDS * 1000)) {
            return command.apply(jedis);
        }
    }

    Set<String> keys(String pattern) {
        return command(jedis -> jedis.keys(pattern));
    }

    /** Waits for the lease of a node, and returns its rest in seconds. */
    long leaseSeconds(String node) throws InterruptedException {
        return await(jedis -> jedis.ttl("sprocket:node:" + node), seconds -> seconds > 0);
    }

    /** Waits for an answer that satisfies a condition, and returns it. */
    @CanIgnoreReturnValue
    <T> T await(Function<Jedis, T> command, Predicate<T> condition) throws InterruptedException {
        T answer = command(command);
        while (!condition.test(answer)) {
            SpinWait.once();
            answer = command(command);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
