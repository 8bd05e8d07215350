package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.redis.RedisEngine;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of the guide about several nodes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodesGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/more-than-one-node.md");

    @TempDir
    Path folder;

    private static String sample(String language) throws Exception {
        Matcher sample = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE));
        assertThat(sample.find()).isTrue();
        return sample.group(1);
    }

    private static BlockingQueue<String> receive(Topics topics) {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Subscriber reader =
                Subscriber.of("reader", Runnable::run, (topic, event) -> received.add(event.as(String.class)));
        topics.topic("news")
                .subscribe(reader, Position.EARLIEST)
                .toCompletableFuture()
                .join();
        return received;
    }

    @Test
    void topics_of_two_nodes_share_events() throws Exception {
        MemoryHub hub = new MemoryHub();
        ClusterNode one = ClusterNode.builder(hub.engine()).name("one").start();
        ClusterNode two = ClusterNode.builder(hub.engine()).name("two").start();
        Topics first = new Topics(topic -> TopicSettings.DEFAULT.history(100, Duration.ofMinutes(10)), one.log());
        Topics second = new Topics(topic -> TopicSettings.DEFAULT.history(100, Duration.ofMinutes(10)), two.log());

        BlockingQueue<String> received = receive(second);
        first.topic("news").publish(Event.of("hi")).toCompletableFuture().join();
        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("hi");
        one.close();
        two.close();
    }

    @Test
    void guide_shows_this_code() throws Exception {
        String source = Files.readString(Path.of("src/test/java/dev/sprocket/checks/docs/NodesGuideTest.java"));
        assertThat(source.replaceAll("(?m)^ {8}", "")).contains(sample("java"));
    }

    @Test
    void files_of_the_guide_are_valid() throws Exception {
        String line = sample("hocon");
        String site = Files.readString(Path.of("../docs/deploy/nodes.conf"));
        assertThat(site).contains(line);
        for (String listener : List.of("proxy-protocol = required", "layers = [http, trusted-proxies]")) {
            Path file = Files.writeString(
                    folder.resolve("nodes.conf"),
                    site.replace("proxy-protocol = required", listener)
                            .replace("${PUSH_TOKEN}", "a-token-hard-to-guess"));
            assertThat(ConfiguredServer.of(file).warnings()).isEmpty();
        }
    }

    @Test
    @Tag("foreign")
    void rights_of_the_guide_suffice() throws Exception {
        RequiredPrograms.require("redis-server");
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String rights = sample("text").strip().replaceFirst("ACL SETUSER", "user");
        Path file = Files.writeString(
                folder.resolve("redis.conf"),
                "bind 127.0.0.1\nport " + port + "\nsave \"\"\nuser default off\n" + rights + "\n");
        Process redis = new ProcessBuilder("redis-server", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        try (ClusterNode one = node(port, "one");
                ClusterNode two = node(port, "two")) {
            while (one.state() != Engine.State.UP || two.state() != Engine.State.UP) {
                assertThat(redis.isAlive())
                        .as(Files.readString(folder.resolve("redis.log")))
                        .isTrue();
                SpinWait.once();
            }
            one.joined().toCompletableFuture().get(20, TimeUnit.SECONDS);
            two.joined().toCompletableFuture().get(20, TimeUnit.SECONDS);
            Topics first = new Topics(topic -> TopicSettings.DEFAULT.history(100, Duration.ofMinutes(10)), one.log());
            Topics second = new Topics(topic -> TopicSettings.DEFAULT.history(100, Duration.ofMinutes(10)), two.log());
            first.topic("news").publish(Event.of("kept")).toCompletableFuture().get(20, TimeUnit.SECONDS);
            BlockingQueue<String> received = receive(second);
            first.topic("news").publish(Event.of("new")).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("kept");
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("new");
        } finally {
            redis.destroy();
        }
    }

    private static ClusterNode node(int port, String name) {
        return ClusterNode.builder(RedisEngine.builder("redis://sprocket:a-long-password@127.0.0.1:" + port)
                        .build())
                .name(name)
                .start();
    }
}
