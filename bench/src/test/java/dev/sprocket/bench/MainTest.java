package dev.sprocket.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sprocket.bench.peer.Bun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Runs commands with a server in a separate process. Does not assert on speed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class MainTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo --connections 2 --pipeline 1",
                "echo --connections 2 --pipeline 1 --tls jdk",
                "fanout --subscribers 5 --inflight 2 --tls openssl",
                "fanout --subscribers 5 --rate 200 --tls jdk",
                "handshakes --clients 1",
                "deflate --subscribers 5",
                "fanout --subscribers 5 --inflight 2 --vs sprocket-log --deliveries 100",
                "recovery --clients 5 --events 10 --positions 3",
                "stuck --subscribers 2 --payload 65000 --rate 200",
            })
    void command_prints_a_table(String command) {
        assertThat(table(command + " --rounds 1 --seconds 0.3 --warm-up 0.1"))
                .contains("median")
                .doesNotContain("failed")
                .containsPattern("sprocket +[0-9]");
    }

    @Test
    void nodes_are_measured_with_redis() {
        assumeTrue(Bun.onPath("redis-server").isPresent(), "missing: redis-server");
        assertThat(table("nodes --rounds 1 --seconds 0.1 --warm-up 0.1 --subscribers 4 --topics 20 --history 0,10"
                        + " --at-once 10"))
                .containsPattern("two nodes / one node")
                .containsPattern("0.000 .* missing events")
                .containsPattern("thousand per second");
    }

    private static String table(String line) {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int status;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            status = Main.commandLine().execute(line.split(" "));
        } finally {
            System.setOut(console);
        }
        String table = printed.toString(StandardCharsets.UTF_8);
        assertThat(status).as(table).isZero();
        return table;
    }

    @Test
    void unknown_provider_of_tls_is_an_error() {
        StringWriter errors = new StringWriter();
        CommandLine line = Main.commandLine().setErr(new PrintWriter(errors));
        assertThat(line.execute("fanout", "--tls", "gnutls")).isNotZero();
        assertThat(errors).asString().contains("TLS provider: gnutls (expected: jdk or openssl)");
    }

    @Test
    void help_of_each_command_fits_80_columns() {
        Main.commandLine().getSubcommands().forEach((name, command) -> assertThat(
                        command.getUsageMessage().lines())
                .as(name)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80)));
    }
}
