package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsLimits;
import dev.sprocket.websocket.WsServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Runs the Autobahn test suite against an echo server, with {@code mvn verify -Dautobahn}.
 *
 * <p>Takes a few minutes and is therefore not part of every build. The reports are
 * {@code target/autobahn/.../index.html}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@EnabledIfSystemProperty(named = "autobahn.lib", matches = ".+", disabledReason = "only with -Dautobahn")
class AutobahnTest {
    /** Number of cases in this bundle of the suite: sections 1-7, 9 and 10. */
    private static final int CASES = 301;

    private static final int MESSAGE_LIMIT = 16 << 20;

    /** Cases without a required result. Every other case must be OK; "non-strict" fails. */
    private static final Map<String, String> INFORMATIONAL = Map.of(
            "7.1.6", "response to a long message that is followed by a close frame",
            "7.13.1", "close code 5000, undefined in RFC 6455 7.4.2; the server replies with 1002",
            "7.13.2", "close code 65535, undefined in RFC 6455 7.4.2; the server replies with 1002");

    private static final WsServer ECHO = new WsServer(new EchoServer())
            .limits(WsLimits.DEFAULT.frame(MESSAGE_LIMIT).message(MESSAGE_LIMIT).fragments(1 << 20));

    /** Server with the process of the suite that tests it. */
    private record Run(IoServer server, Path reports, Path output, Process suite) implements AutoCloseable {
        /** Starts the suite, a Python 2 program, with Jython in a separate process. */
        static Run start(String name, WsServer webSocket) throws Exception {
            Path reports = Path.of("target", "autobahn", name);
            Files.createDirectories(reports);
            Path output = reports.resolve("output.txt");
            IoServer server = IoServer.builder(new HttpServer(webSocket))
                    .bind(0)
                    .outboundLimit(4 * MESSAGE_LIMIT)
                    .build();
            server.start();
            Process suite = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Dpython.cachedir.skip=true",
                            "-cp",
                            System.getProperty("autobahn.lib") + File.separator + "*",
                            "org.python.util.jython",
                            "src/test/autobahn/fuzz.py",
                            reports.toString(),
                            "ws://127.0.0.1:" + server.port()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new Run(server, reports, output, suite);
        }

        JsonObject results() throws Exception {
            assertThat(suite.waitFor(30, TimeUnit.MINUTES)).as("exited in time").isTrue();
            assertThat(suite.exitValue()).as("exit code, see %s", output).isZero();
            return JsonParser.parseString(Files.readString(reports.resolve("index.json")))
                    .getAsJsonObject()
                    .getAsJsonObject("sprocket");
        }

        @Override
        public void close() {
            suite.destroyForcibly();
            server.close();
        }
    }

    private static @Nullable Run plain;
    private static @Nullable Run deflate;

    /** Starts both runs, which are idle most of the time, at once. */
    @BeforeAll
    static void start() throws Exception {
        plain = Run.start("plain", ECHO);
        deflate = Run.start("deflate", ECHO.compress(Deflate.DEFAULT));
    }

    @AfterAll
    static void stop() {
        for (Run run : Stream.of(plain, deflate).filter(Objects::nonNull).toList()) {
            run.close();
        }
    }

    @Test
    void every_case_passes() throws Exception {
        verify(Objects.requireNonNull(plain));
    }

    /**
     * The suite offers no permessage-deflate, so the results are equal.
     *
     * <p>{@link AutobahnCompressionTest} has the compression cases of sections 12 and 13.
     */
    @Test
    void every_case_passes_with_compression_enabled() throws Exception {
        verify(Objects.requireNonNull(deflate));
    }

    private static void verify(Run run) throws Exception {
        JsonObject results = run.results();
        Map<String, String> failures = new TreeMap<>();
        for (Map.Entry<String, JsonElement> result : results.entrySet()) {
            String behavior = verdict(result.getValue(), "behavior");
            String close = verdict(result.getValue(), "behaviorClose");
            if (!behavior.equals("OK") || !close.equals("OK")) {
                failures.put(result.getKey(), behavior + ", close " + close);
            }
        }
        INFORMATIONAL.keySet().forEach(id -> failures.remove(id, "INFORMATIONAL, close INFORMATIONAL"));
        assertThat(results.size()).as("executed cases").isEqualTo(CASES);
        assertThat(failures).as("cases that are not OK, see %s", run.reports).isEmpty();
    }

    private static String verdict(JsonElement result, String property) {
        return result.getAsJsonObject().get(property).getAsString();
    }
}
