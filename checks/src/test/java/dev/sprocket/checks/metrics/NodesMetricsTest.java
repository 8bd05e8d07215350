package dev.sprocket.checks.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.Site;
import dev.sprocket.checks.keys.fixture.RedisProcess;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.server.internal.command.StatusCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Nodes of a cluster in {@code /metrics} and {@code sprocket status}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class NodesMetricsTest {
    private static final String INFO = "sprocket_node_info";

    private static Site start(RedisProcess redis, String name) throws Exception {
        return MetricsSite.start(
                "engine { redis { uri = \"" + redis.uri() + "\", timeout = 30s } }", "node-name = " + name);
    }

    private static String info(String node, String about, String seenBy) {
        return INFO + "{about=\"" + about + "\",node=\"" + node + "\",seen_by=\"" + seenBy + "\"}";
    }

    private static String status(Site site) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new StatusCommand()).execute("http://127.0.0.1:" + site.port()))
                    .isZero();
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nodes_are_listed_while_they_run() throws Exception {
        try (Site alone = MetricsSite.start()) {
            assertThat(Scrape.of(alone.uri("/metrics")).text()).doesNotContain(INFO);
            assertThat(status(alone)).doesNotContain("node", "engine");
        }
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(redis, "one")) {
            String about = "dev web=127.0.0.1:0";
            String other = info("two", about, "one");
            try (Site two = start(redis, "two")) {
                Scrape.await(one.uri("/metrics"), other, 1);
                Scrape seen = Scrape.of(two.uri("/metrics"));
                assertThat(seen.value(info("one", about, "one")) + seen.value(info("one", about, "two")))
                        .isEqualTo(2);
                assertThat(two.awaitLog("node joined: node=one#")).contains(" about=\"" + about + "\" nodes=2");
                // servers of one process share their metrics
                assertThat(status(one))
                        .contains("node            one (" + about + ")\n                two (" + about + ")\n")
                        .contains("engine          up 2; ", "other nodes     none\n");
                assertThat(Site.send(one.uri("/private"), "GET", "").statusCode())
                        .isEqualTo(401);
            }
            while (Scrape.of(one.uri("/metrics")).samples().containsKey(other)) {
                SpinWait.once();
            }
            assertThat(status(one)).contains("node            one (" + about + ")\n", "other nodes     none\n");
        }
    }

    @Test
    void metrics_of_nodes_are_documented() throws Exception {
        assertThat(Files.readString(Path.of("../docs/operate/metrics.md")))
                .contains("`" + INFO + "{about, node, seen_by}`");
    }
}
