package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.SpinWait;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the distribution jar. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class ServeTest {
    private static final Path JAR = Path.of("../server/target/sprocket.jar");
    private static final String SITE =
            """
            topics { "*" { subscribe = anyone }, secret { subscribe = nobody } }
            listeners.web {
              address = "127.0.0.1:0"
              routes = [
                { path = /ws, layers = [origin-check, ws, wamp], component = pubsub }
                { path = /push, component = { push { allow-anonymous = on } } }
              ]
            }
            bridges.tcp { port = 0 }
            bridges.zmq { port = 0 }
            """;

    @TempDir
    Path folder;

    private final List<Process> running = new ArrayList<>();

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors-" + running.size()).toFile())
                .start();
        running.add(process);
        return process;
    }

    private String errors(Process process) throws IOException {
        return Files.readString(folder.resolve("errors-" + running.indexOf(process)));
    }

    /** Runs a command, requires this exit code and returns its output and error output. */
    private String run(int code, String... arguments) throws Exception {
        Process process = start(arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out + errors(process)).isEqualTo(code);
        return out + errors(process);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : running) {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private Path site(String text) throws IOException {
        return Files.writeString(folder.resolve("site.conf"), text);
    }

    /** Waits for a text in the error output and returns all of that output. */
    private String awaitLog(Process process, String text) throws Exception {
        while (true) {
            boolean alive = process.isAlive();
            String log = errors(process);
            if (log.contains(text)) {
                return log;
            }
            assertThat(alive).as("waiting for \"%s\"; log: %s", text, log).isTrue();
            SpinWait.once();
        }
    }

    @Test
    void every_bridge_delivers_pushes_and_sighup_reloads() throws Exception {
        Path file = site(SITE);
        Process server = start("serve", "-c", file.toString());
        ReadyLine ready = ReadyLine.await(server, folder.resolve("errors-0"));

        Process listener = start("listen", "ws://" + ready.address("web") + "/ws", "news", "--count", "4");
        awaitLog(listener, "subscribed to news");
        // repeated until the subscription has reached the server
        String push = "http://" + ready.address("web") + "/push";
        while (!run(0, "push", "--http", push, "news", "1").contains("\"subscribers\":1")) {
            assertThat(listener.isAlive()).as(errors(listener)).isTrue();
        }
        run(0, "push", "--tcp", ready.address("tcp"), "news", "{\n\"by\":\"tcp\"}");
        run(0, "push", "--zmq", ready.address("zmq"), "news", "{\"by\":\"zmq\"}");
        run(0, "push", "--http", push, "news", "\"last\"");
        BufferedReader events = listener.inputReader();
        assertThat(List.of(events.readLine(), events.readLine(), events.readLine(), events.readLine()))
                .containsExactlyInAnyOrder("1", "{\"by\":\"tcp\"}", "{\"by\":\"zmq\"}", "\"last\"");
        assertThat(listener.waitFor()).isZero();

        assertThat(run(1, "listen", "ws://" + ready.address("web") + "/ws", "news", "secret"))
                .contains("sprocket: secret: wamp.error.not_authorized");
        site(SITE + "event-lops = 1");
        new ProcessBuilder("kill", "-HUP", String.valueOf(server.pid())).start().waitFor();
        awaitLog(server, "configuration not reloaded: error=\"site.conf:11: configuration: unknown key event-lops");
        site(SITE);
        new ProcessBuilder("kill", "-HUP", String.valueOf(server.pid())).start().waitFor();
        awaitLog(server, "configuration reloaded: file=");

        // Process.destroy would close the standard output, too
        new ProcessBuilder("kill", String.valueOf(server.pid())).start().waitFor();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        assertThat(errors(server)).contains("server stopping, ", "server stopped: told=");
        assertThat(server.inputReader().readLine()).as("standard output").isNull();
    }

    @Test
    void errors_have_no_stack_traces() throws Exception {
        String file = site("listeners.a { component = ecko }").toString();

        assertThat(run(1, "check", "-c", file))
                .isEqualTo("sprocket: site.conf:1: unknown component: ecko (did you mean echo?)\n");
        assertThat(run(1, "serve", "-c", file)).contains("did you mean echo?").doesNotContain("\tat ");
        assertThat(run(1, "push", "--tcp", "127.0.0.1:1", "t", "1"))
                .startsWith("sprocket: cannot connect to 127.0.0.1:1")
                .doesNotContain("\tat ");
        assertThat(run(1, "listen", "ws://127.0.0.1:1/", "t")).contains("cannot connect to ws://127.0.0.1:1/");
        assertThat(run(2, "serve")).contains("missing option -c FILE (and there is no site.conf in this directory)");
        assertThat(run(2, "serve", "--bad")).contains("Unknown option: '--bad'");
        assertThat(run(1, "check", file)).startsWith("sprocket: site.conf:1: unknown component: ecko");
    }

    @Test
    void help_and_reference_fit_80_columns() throws Exception {
        for (String command :
                List.of("serve", "check", "explain", "config", "plugins", "push", "listen", "status", "demo")) {
            assertThat(run(0, command, "--help").lines()).allMatch(line -> line.length() <= 80);
        }
        assertThat(run(0, "config").lines())
                .anyMatch(line -> line.contains("proxy-protocol = off"))
                .anyMatch(line -> line.contains("idempotency-ttl = "))
                .allMatch(line -> line.length() <= 80, "at most 80 columns");
        assertThat(run(0, "plugins")).contains("bridge-zmq").contains("sprocket.jar");
        assertThat(run(0, "check", "-c", site(SITE).toString())).endsWith("valid\n");
        assertThat(run(0, "generate-completion")).startsWith("#!/usr/bin/env bash");
    }
}
