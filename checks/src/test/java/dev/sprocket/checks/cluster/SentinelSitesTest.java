package dev.sprocket.checks.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.Site;
import dev.sprocket.checks.keys.fixture.RedisProcess;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.leaktest.SpinWait;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisSentinel;

/** Two servers from files that find their Redis by Sentinel, and clients by curl. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
@Timeout(180)
class SentinelSitesTest {
    private static final String LISTENER = "listeners.web { address = \"127.0.0.1:0\", routes = ["
            + "{ path = /push, component { push { allow-anonymous = on } } }, { path = /events, component = events }] }";
    private static final String TOPICS =
            "topics { \"*\" { subscribe = anyone, publish = anyone, history { size = 100 } } }";

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static RedisSentinel sentinel(int port, RedisProcess primary) throws IOException {
        return RedisSentinel.newRedisSentinel()
                .port(port)
                .masterPort(primary.port())
                .masterName("main")
                .quorumSize(1)
                .downAfterMilliseconds(500L)
                .failOverTimeout(3000L)
                .parallelSyncs(1)
                .bind("127.0.0.1")
                .build();
    }

    private static String engine(int sentinelPort, String name) {
        return "engine { redis { uri = \"redis-sentinel://127.0.0.1:" + sentinelPort + "#" + name
                + "\", timeout = 2s, probe-interval = 200ms } }";
    }

    private static Site start(int sentinelPort) throws Exception {
        Site site = Site.start(engine(sentinelPort, "main"), TOPICS, LISTENER);
        while (Site.send(site.uri("/ready"), "GET", "").statusCode() != 200) {
            SpinWait.once();
        }
        return site;
    }

    private static Process curl(String... arguments) throws IOException {
        RequiredPrograms.require("curl");
        List<String> line = new ArrayList<>(List.of("env", "curl", "-s", "--max-time", "150"));
        line.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PATH", RequiredPrograms.path());
        return builder.start();
    }

    /** Pushes an event by curl, and returns the status. */
    private static String push(Site site, String event) throws Exception {
        URI uri = site.uri("/push/news");
        Process curl = curl(
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "-H",
                "Content-Type: application/json",
                "-d",
                event,
                uri.toString());
        String status = new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        curl.waitFor();
        return status;
    }

    /** Returns the data of the next event of the topic; fails at a gap. */
    private static String data(BufferedReader stream) throws IOException {
        String type = "";
        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
            if (line.startsWith("event: ")) {
                type = line.substring(7);
                assertThat(type).isEqualTo("position");
            } else if (line.startsWith("data: ") && type.isEmpty()) {
                return line.substring(6);
            } else if (line.isEmpty()) {
                type = "";
            }
        }
        throw new AssertionError("the stream has ended");
    }

    @Test
    void stream_continues_after_a_failover() throws Exception {
        int sentinelPort = freePort();
        try (RedisProcess primary = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + primary.port())) {
            replica.await(jedis -> jedis.info("replication"), info -> info.contains("master_link_status:up"));
            RedisSentinel sentinel = sentinel(sentinelPort, primary);
            sentinel.start();
            Process curl = null;
            try (Site one = start(sentinelPort);
                    Site other = start(sentinelPort)) {
                curl = curl("-N", other.uri("/events/news").toString());
                BufferedReader stream = curl.inputReader(StandardCharsets.UTF_8);
                assertThat(stream.readLine()).isNotNull(); // the stream has begun

                assertThat(push(one, "1")).isEqualTo("200");
                assertThat(data(stream)).isEqualTo("1");
                primary.command(jedis -> jedis.waitReplicas(1, 60_000));
                kill(primary);
                while (!push(one, "2").equals("200")) {
                    SpinWait.once();
                }
                assertThat(data(stream)).isEqualTo("2");
                assertThat(replica.keys("*")).contains("sprocket:log:news");
                assertThat(push(other, "3")).isEqualTo("200");
                String last = data(stream);
                while (last.equals("2")) { // a push that was answered by 503 may have been stored
                    last = data(stream);
                }
                assertThat(last).isEqualTo("3");
            } finally {
                if (curl != null) {
                    curl.destroy();
                }
                sentinel.stop();
            }
        }
    }

    private static void kill(RedisProcess redis) {
        String info = redis.command(jedis -> jedis.info("server"));
        long pid = Long.parseLong(info.replaceAll("(?s).*process_id:(\\d+).*", "$1"));
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    @Test
    void check_connects_by_sentinel(@TempDir Path folder) throws Exception {
        int sentinelPort = freePort();
        try (RedisProcess primary = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + primary.port())) {
            replica.await(jedis -> jedis.info("replication"), info -> info.contains("master_link_status:up"));
            RedisSentinel sentinel = sentinel(sentinelPort, primary);
            sentinel.start();
            try {
                List<String> facts = new ArrayList<>();
                assertThat(check(folder, engine(sentinelPort, "main"), facts))
                        .singleElement()
                        .asString()
                        .contains("(set min-replicas-to-write to 1 or more)");
                assertThat(facts)
                        .contains("engine redis: connected", "engine redis: running servers: none")
                        .anyMatch(fact -> fact.endsWith(", master, replicas: 1"));
                assertThat(catchCheck(folder, engine(sentinelPort, "absent")))
                        .contains("engine redis: not connected: ")
                        .endsWith("(correct the Sentinels or the name of the primary in uri)");
            } finally {
                sentinel.stop();
            }
        }
        assertThat(catchCheck(folder, engine(freePort(), "main")))
                .contains("engine redis: not connected: ")
                .endsWith("(start the engine, or correct the address in uri)");
    }

    private static List<String> check(Path folder, String engine, List<String> facts) throws IOException {
        Path file = Files.writeString(folder.resolve("site.conf"), engine + "\n" + TOPICS + "\n" + LISTENER);
        return ConfiguredServer.of(file).checkConnections(Duration.ofSeconds(30), facts::add);
    }

    private static String catchCheck(Path folder, String engine) {
        return org.assertj.core.api.Assertions.catchThrowable(() -> check(folder, engine, new ArrayList<>()))
                .getMessage();
    }
}
