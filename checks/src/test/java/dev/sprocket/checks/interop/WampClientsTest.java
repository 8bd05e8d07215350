package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Third-party WAMP v2 clients, whose working features must be those listed in the guide. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class WampClientsTest {
    private static final Path GUIDE = Path.of("../docs/guide/wamp-clients.md");
    private static final Path TARGET = Path.of("target", "interop");
    private static final String FOLDER = "src/test/interop/wamp/";
    private static final String V1 = "../server/src/main/resources/dev/sprocket/server/internal/demo/site/wamp1.js";
    private static final List<String> CLIENTS = List.of("autobahn", "wampy", "python", "java", "v1");

    private WampInteropServer server;

    @BeforeEach
    void start() throws Exception {
        server = new WampInteropServer();
        Files.createDirectories(TARGET);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Process start(Path output, List<String> command) throws Exception {
        // "env" resolves the program on the PATH of the new environment
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PATH", RequiredPrograms.path());
        builder.environment().put("PYTHONWARNINGS", "ignore");
        builder.environment().put("WAMP1", Path.of(V1).toAbsolutePath().toString());
        if (command.get(0).equals("node")) {
            builder.environment().put("NODE_PATH", Npm.modules("autobahn@22.11.1", "wampy@8.0.2", "ws@8"));
        }
        return builder.start();
    }

    private static void awaitExit(Process process, Path output) throws Exception {
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("exited in time")
                    .isTrue();
            assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Returns the formats by feature that the guide lists for a client. */
    private static Map<String, String> featuresInGuide(String client) throws Exception {
        List<String> rows = Files.readAllLines(GUIDE).stream()
                .dropWhile(line -> !line.startsWith("| feature |"))
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        int column = List.of(rows.get(0).split(" *\\| *")).indexOf(client);
        assertThat(column).as("column of %s", client).isPositive();
        Map<String, String> formats = new LinkedHashMap<>();
        for (String row : rows.subList(2, rows.size())) {
            String[] cells = row.split(" *\\| *");
            if (!cells[column].equals("–")) {
                formats.put(cells[1], cells[column]);
            }
        }
        return formats;
    }

    /** Returns the formats by feature that a program has reported as working. */
    private static Map<String, String> workingFeatures(Path output) throws Exception {
        Map<String, String> formats = new LinkedHashMap<>();
        Map<String, String> shown = Map.of("json", "JSON", "msgpack", "MessagePack", "cbor", "CBOR");
        for (String line : Files.readAllLines(output)) {
            if (line.startsWith("ok ")) {
                String[] words = line.split(" ", 3);
                formats.merge(words[2], shown.get(words[1]), (list, format) -> list + ", " + format);
            }
        }
        return formats;
    }

    private void assertFeatures(String client, List<String> command) throws Exception {
        Path output = TARGET.resolve(client.replace(' ', '-') + ".txt");
        Process first = start(output, command);
        if (first.waitFor(1, TimeUnit.MINUTES)) {
            awaitExit(first, output);
        } else {
            // some clients occasionally connect without sending anything (see the guide); one retry
            first.destroyForcibly();
            System.err.println(client + " hangs after: " + Files.readString(output));
            awaitExit(start(output, command), output);
        }
        assertThat(workingFeatures(output)).containsExactlyInAnyOrderEntriesOf(featuresInGuide(client));
    }

    @Test
    void autobahn_js_has_features_listed_in_guide() throws Exception {
        RequiredPrograms.require("node");
        assertFeatures(
                "AutobahnJS",
                List.of("node", FOLDER + "wamp.mjs", "autobahn", server.url(), "json", "msgpack", "cbor"));
    }

    @Test
    void wampy_has_features_listed_in_guide() throws Exception {
        RequiredPrograms.require("node");
        assertFeatures("wampy", List.of("node", FOLDER + "wamp.mjs", "wampy", server.url(), "json", "msgpack", "cbor"));
    }

    @Test
    void autobahn_python_has_features_listed_in_guide() throws Exception {
        RequiredPrograms.requireWorking("python3-autobahn", "python3", "-c", "import autobahn");
        assertFeatures(
                "autobahn-python", List.of("python3", "-u", FOLDER + "wamp.py", server.url(), "json", "msgpack"));
    }

    @Test
    void autobahn_java_has_features_listed_in_guide() throws Exception {
        assertFeatures("autobahn-java", AutobahnJava.command(server.url(), "json", "msgpack", "cbor"));
    }

    @Test
    void clients_share_topic_and_call_each_other() throws Exception {
        RequiredPrograms.require("node");
        RequiredPrograms.requireWorking("python3-autobahn", "python3", "-c", "import autobahn");
        String raw = server.url().replace("ws:", "rs:");
        Function<String, List<String>> node = name ->
                List.of("node", FOLDER + "cross.mjs", name, server.url(), name.equals("v1") ? "json" : "cbor", name);
        Map<String, List<String>> programs = new LinkedHashMap<>();
        programs.put("java", AutobahnJava.command("cross", server.url(), "json", "java"));
        programs.put("autobahn", node.apply("autobahn"));
        programs.put("wampy", List.of("node", FOLDER + "cross.mjs", "wampy", server.url(), "msgpack", "wampy"));
        programs.put("v1", node.apply("v1"));
        programs.put("python", List.of("python3", FOLDER + "cross.py", raw, "msgpack", "python"));
        Map<String, Process> running = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, List<String>> program : programs.entrySet()) {
                List<String> command = new ArrayList<>(program.getValue());
                CLIENTS.stream().filter(name -> !name.equals(program.getKey())).forEach(command::add);
                running.put(program.getKey(), start(output(program.getKey()), command));
            }
            assertThat(running.keySet()).containsExactlyInAnyOrderElementsOf(new TreeSet<>(CLIENTS));
            for (Map.Entry<String, Process> process : running.entrySet()) {
                awaitExit(process.getValue(), output(process.getKey()));
            }
        } finally {
            running.values().forEach(Process::destroyForcibly);
        }
    }

    private static Path output(String name) {
        return TARGET.resolve("cross-" + name + ".txt");
    }
}
