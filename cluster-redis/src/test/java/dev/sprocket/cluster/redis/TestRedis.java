package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** Redis of a test, which can be killed, stopped and started again. */
final class TestRedis implements AutoCloseable {
    /** Time limit that a busy machine does not exceed. */
    static final Duration LONG = Duration.ofSeconds(20);

    private final int port;
    private final String[] settings;
    private RedisServer server;

    private TestRedis(int port, String... settings) throws IOException {
        this.port = port;
        this.settings = settings;
        this.server = launch();
    }

    static TestRedis start(String... settings) throws IOException {
        return new TestRedis(freePort(), settings);
    }

    private RedisServer launch() throws IOException {
        var builder = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"");
        for (String setting : settings) {
            builder.setting(setting);
        }
        RedisServer launched = builder.build();
        launched.start();
        return launched;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    @CanIgnoreReturnValue
    <T> T command(Function<Jedis, T> command) {
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            return command.apply(jedis);
        }
    }

    /** Returns the process id of the server. */
    long pid() {
        String info = command(jedis -> jedis.info("server"));
        return Long.parseLong(info.replaceAll("(?s).*process_id:(\\d+).*", "$1"));
    }

    /** Sends a signal to the server. */
    void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    /** Starts a server that was killed. */
    void restart() throws IOException {
        server.stop();
        server = launch();
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
