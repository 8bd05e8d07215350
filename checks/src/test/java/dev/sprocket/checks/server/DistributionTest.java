package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.leaktest.SpinWait;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive for systems without Maven, unpacked and started with nothing but a JRE. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class DistributionTest {
    private static final List<String> CONTENT = List.of(
            "LICENSE",
            "README",
            "bin/sprocket",
            "conf/site.conf",
            "lib/launch.sh",
            "lib/sprocket.jar",
            "plugins/README",
            "systemd/sprocket.service");

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void unpack() throws Exception {
        RequiredPrograms.require("tar");
        Path archive;
        try (Stream<Path> files = Files.list(Path.of("../dist/target"))) {
            archive = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("dist/target has no archive (mvn verify builds it)"));
        }
        Process tar = new ProcessBuilder("tar", "xzf", archive.toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        home = folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
        // all that the launcher needs beside Java
        Path programs = Files.createDirectory(folder.resolve("programs"));
        for (String name : List.of("readlink", "dirname")) {
            Files.createSymbolicLink(
                    programs.resolve(name), Path.of("/usr/bin", name).toRealPath());
        }
    }

    private ProcessBuilder launcher(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve("log").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("programs").toString());
        builder.environment().put("SPROCKET_CACHE", "off");
        return builder;
    }

    @Test
    void archive_contains_program_launcher_unit_and_example() throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> home.relativize(file).toString())
                            .sorted())
                    .isEqualTo(CONTENT);
        }
        assertThat(Files.readAllLines(home.resolve("README"))).hasSizeLessThanOrEqualTo(10);
        assertThat(Files.readString(home.resolve(Path.of("systemd", "sprocket.service"))))
                .contains("ExecStart=/opt/sprocket/bin/sprocket ");
    }

    /** The addresses of the example may be in use. */
    @Test
    void example_delivers_a_push_and_stops_on_sigterm() throws Exception {
        Files.createSymbolicLink(
                folder.resolve(Path.of("programs", "java")), Path.of(System.getProperty("java.home"), "bin", "java"));
        Path link =
                Files.createSymbolicLink(folder.resolve("started-by-link"), home.resolve(Path.of("bin", "sprocket")));
        ProcessBuilder builder = launcher(
                link, "serve", "-c", home.resolve(Path.of("conf", "site.conf")).toString());
        builder.environment().put("JAVA_OPTS", "-Xmx128m -XX:TieredStopAtLevel=1");
        builder.environment().put("SPROCKET_listeners_web_address", "127.0.0.1:0");
        builder.environment().put("SPROCKET_listeners_push_address", "127.0.0.1:0");
        Process server = builder.start();
        try {
            ReadyLine ready = ReadyLine.await(server, folder.resolve("log"));
            HttpClient http = HttpClient.newHttpClient();
            HttpRequest events =
                    HttpRequest.newBuilder(url(ready, "web", "/events/news")).build();
            try (BufferedReader stream = new BufferedReader(new InputStreamReader(
                    http.send(events, HttpResponse.BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
                HttpRequest push = HttpRequest.newBuilder(url(ready, "push", "/push/news"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("\"hello\""))
                        .build();
                String answer = "";
                while (!answer.contains("\"subscribers\":1")) {
                    answer = http.send(push, HttpResponse.BodyHandlers.ofString())
                            .body();
                    assertThat(answer).contains("\"subscribers\":");
                    SpinWait.once();
                }
                String line = stream.readLine();
                while (line != null && !line.startsWith("data:")) {
                    line = stream.readLine();
                }
                assertThat(line).contains("\"hello\"");
            }
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    private static URI url(ReadyLine ready, String listener, String path) {
        return URI.create("http://" + ready.address(listener) + path);
    }
}
