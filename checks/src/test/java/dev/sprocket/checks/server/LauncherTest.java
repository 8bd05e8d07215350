package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JVM options and start cache of {@code launch.sh}, with real processes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class LauncherTest {
    private static final String JAR = Path.of("../server/target/sprocket.jar")
            .toAbsolutePath()
            .normalize()
            .toString();
    private static final String SCRIPT = "set -eu; jar=$1; shift; . ../server/src/main/sh/launch.sh";
    private static final String MAKING = "sprocket: making the start cache in ";

    @TempDir
    Path folder;

    private final List<Process> running = new ArrayList<>();
    /** The name contains a space, because paths may. */
    private Path cache;

    private Path javaHome = Path.of(System.getProperty("java.home"));

    @BeforeEach
    void nameFiles() throws IOException {
        cache = folder.resolve("start cache");
        Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", layers = [http, ws], component = echo }\n");
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : running) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sprocket", JAR));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(output(running.size()).toFile())
                .redirectError(errors(running.size()).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SPROCKET_") || name.equals("JAVA_OPTS"));
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("SPROCKET_CACHE", cache.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        running.add(process);
        return process;
    }

    private Path output(int number) {
        return folder.resolve("output-" + number);
    }

    private Path errors(int number) {
        return folder.resolve("errors-" + number);
    }

    private String outputOf(Process process) throws IOException {
        return Files.readString(output(running.indexOf(process)));
    }

    private String errorsOf(Process process) throws IOException {
        return Files.readString(errors(running.indexOf(process)));
    }

    private String run(Map<String, String> environment, String... arguments) throws Exception {
        Process process = start(environment, arguments);
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(errorsOf(process)).isZero();
        return outputOf(process);
    }

    /** Starts a server, stops it with SIGTERM and returns its error output. */
    private String serve(Map<String, String> environment) throws Exception {
        Process server =
                start(environment, "serve", "-c", folder.resolve("site.conf").toString());
        String ready = ReadyLine.await(server, errors(running.indexOf(server))).text();
        assertThat(ready).startsWith("web=127.0.0.1:");
        // "exec" has replaced the shell
        assertThat(server.info().command().orElse("java")).endsWith("java");
        server.destroy();
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        return errorsOf(server);
    }

    private List<Path> cached() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }

    /** Selects a JDK, or skips the test if it is not installed. */
    private void use(int version) throws IOException {
        if (Runtime.version().feature() == version) {
            return;
        }
        Path installed = Path.of("/usr/lib/jvm");
        assumeTrue(Files.isDirectory(installed), "missing: Java " + version);
        try (Stream<Path> homes = Files.list(installed)) {
            javaHome = homes.filter(home -> isVersion(home.resolve("release"), version))
                    .findFirst()
                    .orElse(null);
        }
        assumeTrue(javaHome != null, "missing: Java " + version);
    }

    private static boolean isVersion(Path release, int version) {
        try {
            return Files.isRegularFile(release)
                    && Files.readString(release).contains("\nJAVA_VERSION=\"" + version + ".");
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void start_cache_is_made_once_and_used(int version) throws Exception {
        use(version);
        assertThat(serve(Map.of())).containsOnlyOnce(MAKING).doesNotContain("[warning]", "slower");
        assertThat(cached()).hasSize(1);
        assertThat(Files.getPosixFilePermissions(cache)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        Path file = cached().get(0);

        Path classes = folder.resolve("classes");
        assertThat(serve(Map.of("SPROCKET_JAVA_OPTS", "-Xlog:class+load:file=" + classes)))
                .doesNotContain(MAKING, "[warning]", "[error]", "slower");

        assertThat(cached()).containsExactly(file);
        assertThat(Files.readAllLines(classes))
                .anyMatch(line -> line.contains(" dev.sprocket.core.io.IoServer source: shared objects file"));
    }

    @ParameterizedTest
    @CsvSource({"17, middle", "17, end", "17, all", "25, middle"})
    void damaged_start_cache_is_replaced(int version, String part) throws Exception {
        use(version);
        run(Map.of(), "warm-up");
        Path file = cached().get(0);
        file.toFile().setWritable(true);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            switch (part) {
                case "middle" -> {
                    bytes.seek(bytes.length() / 2);
                    bytes.write("damage".getBytes(UTF_8));
                }
                case "end" -> bytes.setLength(bytes.length() / 2);
                default -> bytes.setLength(0);
            }
        }
        assertThat(serve(Map.of()))
                .contains("sprocket: start cache is damaged: " + file)
                .contains(MAKING);
        assertThat(serve(Map.of())).doesNotContain("damaged", MAKING);
    }

    @Test
    void start_without_writable_cache_says_so_once() throws Exception {
        String slower = "sprocket: no start cache, so the start is slower: ";
        cache = Path.of("/proc/sys");
        assertThat(serve(Map.of())).containsOnlyOnce(slower + "/proc/sys is not writable (");
        cache = Path.of("/dev/null/sprocket");
        assertThat(serve(Map.of())).containsOnlyOnce(slower + "cannot create /dev/null/sprocket (");

        cache = Files.createDirectory(folder.resolve("public"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(serve(Map.of())).containsOnlyOnce(slower + "others can write to " + cache + " (");
        assertThat(cached()).isEmpty();
    }

    @Test
    void cache_can_be_switched_off() throws Exception {
        assertThat(serve(Map.of("SPROCKET_CACHE", "off"))).doesNotContain("sprocket: ");
        assertThat(serve(Map.of("SPROCKET_JAVA_OPTS", "-Xshare:off"))).doesNotContain("sprocket: ");
        assertThat(cache).doesNotExist();
    }

    @Test
    void simultaneous_starts_leave_one_intact_cache() throws Exception {
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(start(Map.of(), "warm-up"));
        }
        for (Process process : all) {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(errorsOf(process)).isZero();
        }
        assertThat(cached()).hasSize(1);
        assertThat(serve(Map.of())).doesNotContain("damaged", MAKING);
    }

    @Test
    void sigterm_during_warm_up_ends_all_of_it() throws Exception {
        Process starting =
                start(Map.of(), "serve", "-c", folder.resolve("site.conf").toString());
        while (starting.descendants()
                .noneMatch(child -> child.info().command().orElse("").endsWith("java"))) {
            assertThat(starting.isAlive()).as(errorsOf(starting)).isTrue();
            SpinWait.once();
        }
        List<ProcessHandle> children = starting.descendants().toList();
        starting.destroy();
        assertThat(starting.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(starting.exitValue()).isEqualTo(143);
        for (ProcessHandle child : children) {
            child.onExit().get(60, TimeUnit.SECONDS);
        }
        assertThat(cached()).isEmpty();
    }

    @Test
    void installed_launcher_follows_symbolic_links() throws Exception {
        Path home = folder.resolve("opt sprocket");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("../server/src/main/sh/sprocket"), home.resolve("bin/sprocket"));
        Files.copy(Path.of("../server/src/main/sh/launch.sh"), home.resolve("lib/launch.sh"));
        Path link = Files.createSymbolicLink(folder.resolve("sprocket"), Path.of("opt sprocket/bin/sprocket"));
        fakeJava("17.0.15", "gnu");
        Process process = new ProcessBuilder(
                        "/usr/bin/env", "SPROCKET_CACHE=off", "JAVA_HOME=" + javaHome, "sh", link.toString(), "check")
                .redirectErrorStream(true)
                .start();
        running.add(process);
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
                .endsWith(" -XX:TieredStopAtLevel=1 -jar " + home.toRealPath() + "/lib/sprocket.jar check\n");
    }

    private static String flag(String printed, String name) {
        return printed.lines()
                .filter(line -> line.matches(" *\\S+ +" + name + " +=.*"))
                .map(line -> line.replaceAll(".*= *(\\S+).*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void own_options_override_the_chosen_ones(int version) throws Exception {
        use(version);
        String chosen =
                run(Map.of("SPROCKET_MEMORY", "256m", "SPROCKET_JAVA_OPTS", "-XX:+PrintFlagsFinal"), "--version");
        assertThat(flag(chosen, "MaxHeapSize")).isEqualTo("" + (64 << 20));
        assertThat(flag(chosen, "MaxDirectMemorySize")).isEqualTo("" + (42 << 20));
        assertThat(flag(chosen, "UseSerialGC")).isEqualTo("true");

        String own = run(
                Map.of(
                        "JAVA_OPTS",
                        "-Xmx99m -XX:+UseG1GC",
                        "SPROCKET_JAVA_OPTS",
                        "-Xmx77m -XX:MaxDirectMemorySize=5m -XX:+PrintFlagsFinal"),
                "--version");
        assertThat(flag(own, "MaxHeapSize")).isIn("" + (77 << 20), "" + (78 << 20));
        assertThat(flag(own, "MaxDirectMemorySize")).isEqualTo("" + (5 << 20));
        assertThat(flag(own, "UseG1GC")).isEqualTo("true");
        assertThat(flag(own, "UseSerialGC")).isEqualTo("false");
    }

    /** Creates a JAVA_HOME whose "java" prints its arguments. */
    private void fakeJava(String version, String libc) throws IOException {
        javaHome = folder.resolve("jdk");
        Files.createDirectories(javaHome.resolve("bin"));
        Files.writeString(
                javaHome.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nLIBC=\"" + libc + "\"\n");
        Path java = Files.writeString(javaHome.resolve("bin/java"), "#!/bin/sh\necho \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @CsvSource({
        "17, gnu, false, false",
        "17.0.8, gnu, false, false",
        "17.0.9, gnu, true, false",
        "17.0.15, gnu, true, false",
        "17.0.15, musl, false, false",
        "21, gnu, false, false",
        "21.0.4, gnu, true, false",
        "22.0.1, gnu, true, false",
        "24, gnu, true, false",
        "25, gnu, true, true",
        "25.0.3, gnu, true, true",
        "26-ea, musl, false, true",
    })
    void options_follow_the_version_of_java(String version, String libc, boolean trim, boolean compact)
            throws Exception {
        fakeJava(version, libc);
        String arguments = run(Map.of("SPROCKET_CACHE", "off"), "serve", "-c", "a b");
        assertThat(arguments).endsWith(" -jar " + JAR + " serve -c a b\n").contains(" -XX:+UseSerialGC ");
        assertThat(arguments.contains(" -XX:TrimNativeHeapInterval=")).isEqualTo(trim);
        assertThat(arguments.contains(" -XX:+UseCompactObjectHeaders ")).isEqualTo(compact);
    }

    @ParameterizedTest
    @CsvSource({
        "64m, 24, 16",
        "256m, 64, 42",
        "1g, 256, 170",
        "1073741824, 256, 170",
        "64g, 512, 512",
    })
    void limits_follow_the_memory(String memory, int heap, int direct) throws Exception {
        fakeJava("17.0.15", "gnu");
        assertThat(run(Map.of("SPROCKET_CACHE", "off", "SPROCKET_MEMORY", memory), "serve"))
                .contains(" -Xmx" + heap + "m -XX:MaxDirectMemorySize=" + direct + "m ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-5", "0", "12q", "99999999999999999999", "1.5g"})
    void invalid_memory_is_ignored_with_a_message(String memory) throws Exception {
        fakeJava("17.0.15", "gnu");
        Process process = start(Map.of("SPROCKET_CACHE", "off", "SPROCKET_MEMORY", memory), "serve");
        assertThat(process.waitFor()).isZero();
        assertThat(errorsOf(process))
                .isEqualTo("sprocket: SPROCKET_MEMORY ignored: " + memory + " (expected: bytes, such as 256m or 2g)\n");
        assertThat(outputOf(process)).contains(" -XX:MaxDirectMemorySize=");
    }

    @Test
    void older_or_missing_java_is_an_error() throws Exception {
        fakeJava("11.0.2", "gnu");
        Process old = start(Map.of(), "serve");
        assertThat(old.waitFor()).isEqualTo(1);
        assertThat(errorsOf(old))
                .isEqualTo("sprocket: " + javaHome + "/bin/java is Java 11.0.2"
                        + " (expected: Java 17 or newer; install a JRE, or set JAVA_HOME)\n");
        javaHome = folder.resolve("none");
        Process none = start(Map.of(), "serve");
        assertThat(none.waitFor()).isEqualTo(1);
        assertThat(errorsOf(none)).startsWith("sprocket: JAVA_HOME=" + javaHome + " has no bin/java");
    }
}
