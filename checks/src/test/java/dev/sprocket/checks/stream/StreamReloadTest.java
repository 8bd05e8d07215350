package dev.sprocket.checks.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.Site;
import dev.sprocket.checks.server.ReadyLine;
import dev.sprocket.checks.stream.CurlStream.Block;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Event streams of curl while the stand-alone server restarts, or reloads its file at SIGHUP. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class StreamReloadTest {
    private static final Path JAR = Path.of("../server/target/sprocket.jar");
    private static final String HISTORY = "news { subscribe = anyone, history { size = 5 } }";

    @TempDir
    Path folder;

    private Process server;
    private Path serverLog;
    private String web;

    private void configure(String topics) throws IOException {
        Files.writeString(
                folder.resolve("site.conf"),
                """
                topics {
                  %s
                  "*" { subscribe = anyone }
                }
                listeners.web {
                  address = "127.0.0.1:0"
                  routes = [
                    { path = /events, component = events }
                    { path = /push, component = { push { allow-anonymous = on } } }
                  ]
                }
                """
                        .formatted(topics));
    }

    private void start() throws Exception {
        Path log = Files.createTempFile(folder, "log", ".txt");
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        JAR.toString(),
                        "serve",
                        "-c",
                        folder.resolve("site.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        serverLog = log;
        web = "http://" + ReadyLine.await(server, log).address("web");
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroy();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Replaces the topics in the file, and waits until the server has reloaded it. */
    private void reload(String topics) throws Exception {
        long before = reloads();
        configure(topics);
        new ProcessBuilder("kill", "-HUP", String.valueOf(server.pid())).start().waitFor();
        while (reloads() == before) {
            assertThat(Files.readString(serverLog)).doesNotContain("not reloaded");
            SpinWait.once();
        }
    }

    private long reloads() throws IOException {
        return Files.readString(serverLog)
                .lines()
                .filter(line -> line.contains("configuration reloaded: file="))
                .count();
    }

    private CurlStream open(String query, String... arguments) throws IOException {
        return CurlStream.open(web + "/events/news" + query, arguments);
    }

    /** Opens a stream that continues after an event. */
    private CurlStream returning(Block last) throws IOException {
        return open("?on-gap=all", "-H", "Last-Event-ID: " + last.id());
    }

    private void push(int... events) throws Exception {
        for (int event : events) {
            assertThat(Site.send(URI.create(web + "/push/news"), "POST", String.valueOf(event))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static void assertGap(Block block, String reason) {
        assertThat(block.type()).isEqualTo("gap");
        assertThat(block.data()).contains("\"topic\":\"news\"", "\"reason\":\"" + reason + "\"");
    }

    private static String epoch(String id) {
        return id.substring(0, id.indexOf('.'));
    }

    @Test
    void restarted_server_tells_an_unknown_position() throws Exception {
        configure(HISTORY);
        start();
        push(1, 2);
        Block last;
        try (CurlStream stream = open("?last-event-id=earliest")) {
            last = stream.until("recovered").get(2);
            assertThat(last.data()).isEqualTo("2");
            stop();
            stream.awaitEnd();
        }
        start();
        push(3);

        try (CurlStream stream = returning(last)) {
            List<Block> blocks = stream.until("recovered");
            push(4);

            assertGap(blocks.get(1), "unknown");
            assertThat(CurlStream.messages(blocks)).containsExactly("3");
            assertThat(stream.next().data()).isEqualTo("4");
        }
    }

    @Test
    void removed_rule_is_told_to_returning_streams_only() throws Exception {
        configure(HISTORY);
        start();
        try (CurlStream connected = open("")) {
            connected.next();
            push(1);
            Block last = connected.next();
            reload("");
            push(2);

            assertThat(connected.next().data()).as("a connected stream goes on").isEqualTo("2");
            try (CurlStream stream = returning(last)) {
                assertGap(stream.next(), "no-log");
                push(3);
                assertThat(stream.next().data()).isEqualTo("3");
            }
            assertThat(connected.next().data()).isEqualTo("3");
        }
    }

    @Test
    void rule_added_again_begins_a_new_epoch() throws Exception {
        configure(HISTORY);
        start();
        push(1);
        Block last;
        try (CurlStream stream = open("?last-event-id=earliest")) {
            last = stream.until("recovered").get(1);
        }
        reload("");
        reload(HISTORY);
        push(2);

        try (CurlStream stream = returning(last)) {
            List<Block> blocks = stream.until("recovered");

            assertGap(blocks.get(1), "unknown");
            assertThat(CurlStream.messages(blocks)).containsExactly("2");
            assertThat(epoch(blocks.get(2).id())).isNotEqualTo(epoch(last.id()));
        }
    }

    @Test
    void rule_added_gives_connected_streams_positions() throws Exception {
        configure("");
        start();
        try (CurlStream connected = open("")) {
            push(1); // it may precede the stream, so the next ones are awaited
            reload(HISTORY);
            push(2);
            Block second = connected.next();
            while (!second.data().equals("2")) {
                second = connected.next();
            }
            push(3);
            try (CurlStream stream = returning(second)) {
                List<Block> blocks = stream.until("recovered");

                assertThat(blocks).extracting(Block::type).doesNotContain("gap");
                assertThat(CurlStream.messages(blocks)).containsExactly("3");
            }
        }
    }

    @Test
    void lowered_size_is_told_as_evicted() throws Exception {
        configure(HISTORY);
        start();
        push(1, 2, 3, 4);
        Block first;
        Block third;
        try (CurlStream stream = open("?last-event-id=earliest")) {
            List<Block> blocks = stream.until("recovered");
            first = blocks.get(1);
            third = blocks.get(3);
        }
        reload(HISTORY.replace("5", "1"));

        try (CurlStream stream = returning(first)) {
            List<Block> blocks = stream.until("recovered");
            assertGap(blocks.get(1), "evicted");
            assertThat(CurlStream.messages(blocks)).containsExactly("4");
        }
        try (CurlStream stream = returning(third)) {
            List<Block> blocks = stream.until("recovered");
            assertThat(blocks).extracting(Block::type).doesNotContain("gap");
            assertThat(CurlStream.messages(blocks)).containsExactly("4");
        }
    }
}
