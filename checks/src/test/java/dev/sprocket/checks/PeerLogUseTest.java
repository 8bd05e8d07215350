package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Tests that text from peers reaches the log through one class.
 *
 * <p>The behavior itself is tested by {@code HostileTextLogTest} and {@code PeerLogTest}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PeerLogUseTest {
    /** Types whose log lines contain only configuration, files, escaped lines, and failures of this process. */
    private static final Set<String> WITHOUT_TEXT_FROM_PEERS = Set.of(
            "AcceptErrors",
            "AccessLogLayer",
            "App",
            "ClusterLog",
            "ClusterNode",
            "CompressionMemory",
            "ConfiguredServer",
            "Demo",
            "Endpoints",
            "EngineReceiver",
            "EventLoops",
            "Frames",
            "GracefulShutdown",
            "IdleCollector",
            "Inbound",
            "IoServer",
            "JwksFile",
            "LogOutage",
            "LoopCheck",
            "LoopDeliveryQueue",
            "LoopIteration",
            "LoopTimer",
            "Mirror",
            "NettyVersions",
            "NodeDirectory",
            "NodeHealth",
            "OpenSslEngines",
            "OwnEntries",
            "OwnPatterns",
            "RedisConnection",
            "RedisWatcher",
            "Refusals",
            "ServeCommand",
            "ServerChecks",
            "ServiceCache",
            "SystemdNotifier",
            "Tls",
            "TlsFiles",
            "Transport",
            "UnixAddress",
            "WatchedClient");

    /** Types that use a logger of their own, and escape by hand what they log. */
    private static final Set<String> WITH_OWN_LOGGER = Set.of("MessageLogger", "PeerLog");

    @Test
    void types_that_log_text_from_peers_use_PeerLog() throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(
                            file -> file.toString()
                                    .matches(
                                            "\\.\\./(?!bench|fuzz|faultlab|leaktest|examples|testkit)[^/]+/src/main/java/.*\\.java"))
                    .toList()) {
                String text = Files.readString(file);
                if (text.contains("import org.slf4j.Logger;")) {
                    found.add(file.getFileName().toString().replace(".java", ""));
                }
                if (text.contains("import org.slf4j.Logger;")
                        && WITH_OWN_LOGGER.contains(
                                file.getFileName().toString().replace(".java", ""))) {
                    assertThat(text).as(file.toString()).contains("SafeText");
                }
            }
        }
        Set<String> expected = new TreeSet<>(WITHOUT_TEXT_FROM_PEERS);
        expected.addAll(WITH_OWN_LOGGER);

        assertThat(found).isEqualTo(expected);
    }
}
