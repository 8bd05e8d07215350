package dev.sprocket.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Output of {@code sprocket status} for metrics from the HTTP server of the JDK. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StatusCommandTest {
    private static final String METRICS =
            """
            # HELP sprocket_connections Open connections by protocol
            # TYPE sprocket_connections gauge
            sprocket_connections{protocol="websocket"} 12.0
            sprocket_connections{protocol="http1"} 3.0
            sprocket_connections{protocol="tcp"} 0.0
            sprocket_events_lost_total{policy="close",reason="slow-reader"} 4.0
            sprocket_events_lost_total{policy="drop-oldest",reason="slow-reader"} 1.0
            sprocket_pending_bytes 3145728.0
            sprocket_publish_handover_seconds_bucket{le="0.001"} 98.0
            sprocket_publish_handover_seconds_bucket{le="0.01"} 100.0
            sprocket_publish_handover_seconds_bucket{le="+Inf"} 100.0
            sprocket_websockets_closed_total{code="1000"} 1234567890.0
            sprocket_websockets_closed_total{code="1001"} 1234567890.0
            sprocket_websockets_closed_total{code="1006"} 1234567890.0
            sprocket_websockets_closed_total{code="1008"} 1234567890.0
            sprocket_tls_handshakes_total{result="success"} 7.0
            sprocket_tls_certificate_expiry_seconds 1296000.0
            """;

    @TempDir
    Path folder;

    private final Map<String, String> authorizations = new ConcurrentHashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(String path, int status, String body) {
        server.createContext(path, exchange -> {
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            authorizations.put(path, String.valueOf(token));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private record Result(int code, String out, String error) {}

    private Result status(String... options) {
        StringWriter errors = new StringWriter();
        CommandLine line = new CommandLine(new StatusCommand());
        line.setErr(new PrintWriter(errors));
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            command.getErr().print(e.getMessage());
            return 1;
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            String[] all = new String[options.length + 1];
            System.arraycopy(options, 0, all, 0, options.length);
            all[options.length] = "http://127.0.0.1:" + server.getAddress().getPort();
            return new Result(line.execute(all), out.toString(StandardCharsets.UTF_8), errors.toString());
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void table_has_essentials_in_80_columns() {
        serve("/metrics", 200, METRICS);
        serve("/ready", 200, "{\"status\":\"ready\"}");

        Result result = status();

        assertThat(result.code()).isZero();
        assertThat(result.out().lines())
                .allMatch(line -> line.length() <= 80)
                .contains(
                        "ready           yes",
                        "connections     15 (websocket 12, http1 3)",
                        "lost            5 (slow-reader 5)",
                        "pending         3.0 MiB",
                        "hand-over       99 % within 10.0 ms",
                        "                1008 1234567890)",
                        "certificate     expires in 15 days");
    }

    @Test
    void server_that_is_not_ready_exits_1() {
        serve("/metrics", 200, METRICS);
        serve("/ready", 503, "{\"status\":\"starting\"}");

        Result result = status();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).contains("ready           no: {\"status\":\"starting\"}");
    }

    @Test
    void token_of_a_file_is_sent() throws IOException {
        serve("/metrics", 200, METRICS);
        serve("/ready", 200, "");
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");

        assertThat(status("--token-file", token.toString()).code()).isZero();
        assertThat(authorizations).containsEntry("/metrics", "Bearer s3cret").containsEntry("/ready", "Bearer s3cret");
    }

    @Test
    void errors_say_what_to_configure() {
        Result missing = status();
        assertThat(missing.error())
                .endsWith(": status 404 (configure the listener: routes = [{ path = /metrics, component = metrics }])");

        serve("/metrics", 401, "");
        assertThat(status().error()).contains(": status 401 (the route asks for credentials: use --token-file");

        server.stop(0);
        Result refused = status();
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.error())
                .startsWith("cannot connect to 127.0.0.1:")
                .endsWith("with a listener at this address?)");
    }

    @Test
    void other_text_is_no_metrics() {
        serve("/metrics", 200, "<html>hello</html>");

        assertThat(status().error()).contains("not a metric in the text format of Prometheus");
    }

    @Test
    void engine_is_one_line_and_absent_without_a_cluster() {
        serve("/ready", 200, "{\"status\":\"ready\"}");
        serve(
                "/metrics",
                200,
                METRICS
                        + """
                sprocket_engine_state{state="up"} 0.0
                sprocket_engine_state{state="deaf"} 1.0
                sprocket_engine_state{state="away"} 0.0
                sprocket_engine_relays_failed_total 2.0
                sprocket_engine_appends_failed_total 3.0
                sprocket_engine_continuity_lost_total{cause="deaf"} 4.0
                """);

        assertThat(status().out()).contains("engine          deaf; publishes failed 5, continuity lost 4\n");
        server.removeContext("/metrics");
        serve("/metrics", 200, METRICS);
        assertThat(status().out()).doesNotContain("engine ");
    }

    @Test
    void nodes_are_listed_with_their_texts() {
        serve("/ready", 200, "{\"status\":\"ready\"}");
        String node =
                """
                sprocket_engine_state{state="up"} 1.0
                sprocket_engine_continuity_lost_total 0
                sprocket_node_info{about="1.0 web=0.0.0.0:80",node="a",seen_by="a"} 1
                """;
        serve("/metrics", 200, METRICS + node);
        assertThat(status().out())
                .contains(
                        """
                        node            a (1.0 web=0.0.0.0:80)
                        engine          up; publishes failed 0, continuity lost 0
                        other nodes     none
                        """);
        server.removeContext("/metrics");
        serve(
                "/metrics",
                200,
                METRICS
                        + node
                        + """
                sprocket_node_info{about="",node="c",seen_by="a"} 1
                sprocket_node_info{about="x\u001b[31m \\"y\\"",node="b",seen_by="a"} 1
                sprocket_node_info{about="1.0",node="%s",seen_by="a"} 1
                """
                                .formatted("d".repeat(200)));

        assertThat(status().out())
                .contains("\nother nodes     b (x\\u001b[31m \"y\")\n                c\n                "
                        + "d".repeat(64) + "\n")
                .contains("                " + "d".repeat(8) + " (1.0)\n")
                .satisfies(out -> assertThat(out.lines()).allMatch(line -> line.length() <= 80));
    }
}
