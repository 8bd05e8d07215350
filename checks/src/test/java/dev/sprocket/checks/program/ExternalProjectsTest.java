package dev.sprocket.checks.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sprocket.checks.RequiredPrograms;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Compiles and runs the projects in {@code src/test/projects} with Maven and Gradle.
 *
 * <p>Each starts a server, connects to it and prints what it receives.
 *
 * <p>Their local repository contains links to the repository of this build and the artifacts of this build, so that
 * nothing is installed.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(300)
@Tag("slow")
class ExternalProjectsTest {
    private static final Path PROJECTS = Path.of("src", "test", "projects");
    private static final Path HOME = Path.of("target", "external").toAbsolutePath();
    private static final Path REPOSITORY = HOME.resolve("repository");
    private static final String RECEIVED = "received: hello\n";

    /** Version of a third-party artifact in the BOM. */
    private static final Pattern PIN =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([^<$]+)</version>\\s*(<type>|</dep)");

    /** Archives that only plugins, configuration and programs need. */
    private static final Pattern LUGGAGE =
            Pattern.compile("(guice|guava|config|picocli|logback|sprocket-(plugin|config|server))-.*");

    private static String parent;

    @BeforeAll
    static void compile() throws Exception {
        RequiredPrograms.require("mvn");
        parent = Files.readString(Path.of("../pom.xml"));
        repository();
        projects();
        List<String> goals = List.of(
                plugin("maven-compiler-plugin") + ":compile", plugin("maven-dependency-plugin") + ":build-classpath");
        // missing artifacts are downloaded, as in every first build
        if (maven("-o", goals) != 0) {
            int code = maven("-U", goals);
            String log = Files.readString(HOME.resolve("maven.log"));
            if (code != 0 && log.contains("Could not transfer") && !log.contains("COMPILATION ERROR")) {
                RequiredPrograms.skipOrFail("Spring Boot, in a Maven repository");
            }
            assertThat(code).as(log).isZero();
        }
    }

    private static int maven(String option, List<String> goals) throws Exception {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", option, "-Dmaven.repo.local=" + REPOSITORY));
        command.add("-Dmdep.outputFile=target/cp.txt");
        command.addAll(goals);
        return build(HOME, HOME.resolve("maven.log"), command);
    }

    /** Runs a build tool and returns its exit code. */
    private static int build(Path folder, Path log, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        if (!process.waitFor(240, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            fail(command.get(0) + " did not exit in time: " + Files.readString(log));
        }
        return process.exitValue();
    }

    private static String plugin(String name) {
        Matcher version = Pattern.compile("<artifactId>" + name + "</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(parent);
        assertThat(version.find()).as(name).isTrue();
        return "org.apache.maven.plugins:" + name + ":" + version.group(1);
    }

    /** Returns the version of a library in the BOM. */
    private static String library(String artifact) throws IOException {
        Matcher version = Pattern.compile("<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Files.readString(Path.of("../bom/pom.xml")));
        assertThat(version.find()).as(artifact).isTrue();
        return version.group(1);
    }

    private static String version() {
        Matcher version = Pattern.compile("<artifactId>sprocket-parent</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(parent);
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    /** Creates a local repository with links to existing artifacts and with the built modules. */
    private static void repository() throws IOException {
        Files.createDirectories(REPOSITORY.resolve("dev"));
        Path buildRepository = Path.of(System.getProperty(
                "maven.repo.local",
                System.getProperty(
                        "localRepository",
                        Path.of(System.getProperty("user.home"), ".m2", "repository")
                                .toString())));
        link(buildRepository, REPOSITORY, "dev");
        link(buildRepository.resolve("dev"), REPOSITORY.resolve("dev"), "sprocket");
        install("sprocket-parent", Path.of(".."));
        Matcher modules = Pattern.compile("<module>([^<]+)</module>").matcher(parent);
        while (modules.find()) {
            Path module = Path.of("..", modules.group(1));
            Matcher name = Pattern.compile("<artifactId>(sprocket-(?!parent)[^<]+)</artifactId>")
                    .matcher(Files.readString(module.resolve("pom.xml")));
            if (name.find()) {
                install(name.group(1), module);
            }
        }
    }

    private static void link(Path from, Path to, String except) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                Path link = to.resolve(entry.getFileName());
                if (!entry.getFileName().toString().equals(except) && !Files.exists(link)) {
                    Files.createSymbolicLink(link, entry);
                }
            }
        }
    }

    private static void install(String artifact, Path module) throws IOException {
        Path folder = REPOSITORY.resolve(Path.of("dev", "sprocket", artifact, version()));
        Files.createDirectories(folder);
        String name = artifact + "-" + version();
        Files.writeString(folder.resolve(name + ".pom"), Files.readString(module.resolve("pom.xml")));
        Path classes = module.resolve(Path.of("target", "classes"));
        if (Files.isDirectory(classes)) {
            try (OutputStream out = Files.newOutputStream(folder.resolve(name + ".jar"));
                    ZipOutputStream jar = new ZipOutputStream(out);
                    Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                    Files.copy(file, jar);
                }
            }
        }
    }

    /** Copies the projects, so that the source tree contains no compiled classes. */
    private static void projects() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = HOME.resolve(PROJECTS.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Runs a project and returns its exit code and output on separate lines. */
    private static String run(String project, String program) throws Exception {
        Path home = HOME.resolve(project);
        String classPath = home.resolve(Path.of("target", "classes")) + ":" + classPath(project);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath, program)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + "\n" + output;
    }

    private static String classPath(String project) throws IOException {
        return Files.readString(HOME.resolve(Path.of(project, "target", "cp.txt")))
                .strip();
    }

    /** Returns the versions on the class path by artifact, without classifiers. */
    private static Map<String, String> versions(String project) throws IOException {
        Map<String, String> versions = new TreeMap<>();
        for (String jar : classPath(project).split(":", -1)) {
            Path version = Path.of(jar).getParent();
            versions.put(
                    version.getParent().getFileName().toString(),
                    version.getFileName().toString());
        }
        return versions;
    }

    /** Asserts that the versions of Netty are those of this build. */
    private static void assertBuildNetty(String project) throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, String> actual = new LinkedHashMap<>();
        String netty = library("netty-bom");
        versions(project).forEach((artifact, version) -> {
            if (artifact.startsWith("netty-") && !artifact.startsWith("netty-tcnative")) {
                expected.put(artifact, netty);
                actual.put(artifact, version);
            }
        });
        assertThat(actual).isEqualTo(expected).containsKeys("netty-common", "netty-handler", "netty-codec-base");
    }

    /** Asserts that the versions of Netty and Guava are those of this build. */
    private static void assertBuildNettyAndGuava(String project) throws IOException {
        assertBuildNetty(project);
        assertThat(versions(project)).containsEntry("guava", library("guava"));
    }

    /** Asserts that all artifacts have the versions of the BOM, except annotations. */
    private static void assertBuildVersions(String project) throws IOException {
        assertBuildNettyAndGuava(project);
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> actual = new TreeMap<>();
        Matcher pins = PIN.matcher(Files.readString(Path.of("../bom/pom.xml")));
        while (pins.find()) {
            String version = versions(project).get(pins.group(1));
            if (version != null && !pins.group(1).equals("error_prone_annotations")) {
                expected.put(pins.group(1), pins.group(2));
                actual.put(pins.group(1), version);
            }
        }
        assertThat(actual).isEqualTo(expected).containsKeys("slf4j-api", "gson", "lettuce-core");
    }

    @Test
    void plain_project_with_bom_runs() throws Exception {
        assertBuildVersions("plain");
        assertThat(run("plain", "Chat")).startsWith("0\n").contains(RECEIVED);
    }

    @Test
    void plain_project_without_bom_has_same_versions() throws Exception {
        assertBuildVersions("plain-without-bom");
        assertThat(run("plain-without-bom", "Chat")).startsWith("0\n").contains(RECEIVED);
    }

    @Test
    void spring_boot_project_with_bom_runs() throws Exception {
        assertBuildNettyAndGuava("boot");
        assertThat(run("boot", "com.example.Site")).startsWith("0\n").contains(RECEIVED);
    }

    @Test
    void spring_boot_project_with_netty_property_runs() throws Exception {
        assertBuildNettyAndGuava("boot-with-property");
        assertThat(run("boot-with-property", "com.example.Site"))
                .startsWith("0\n")
                .contains(RECEIVED);
    }

    /** Asserts that a class path contains three modules, but no libraries of plugins and configuration. */
    private static void assertNoLuggage(String classPath) {
        List<String> jars = new ArrayList<>();
        for (String jar : classPath.strip().split(":", -1)) {
            jars.add(Path.of(jar).getFileName().toString());
        }
        assertThat(jars)
                .anyMatch(jar -> jar.startsWith("sprocket-app-"))
                .anyMatch(jar -> jar.startsWith("sprocket-session-redis-"))
                .anyMatch(jar -> jar.startsWith("sprocket-bridge-http-"))
                .anyMatch(jar -> jar.startsWith("lettuce-core-"))
                .anyMatch(jar -> jar.startsWith("netty-common-"))
                .noneMatch(jar -> LUGGAGE.matcher(jar).matches());
    }

    /** Returns what a program printed after {@code class path:}. */
    private static String printedClassPath(String output) {
        Matcher line = Pattern.compile("(?m)^class path: (.+)$").matcher(output);
        assertThat(line.find()).as(output).isTrue();
        return line.group(1);
    }

    @Test
    void redis_sessions_and_http_bridge_bring_no_luggage() throws Exception {
        assertBuildNetty("libraries");
        String output = run("libraries", "Chat");
        assertThat(output).startsWith("0\n").contains(RECEIVED);
        assertNoLuggage(printedClassPath(output));
    }

    /** Gradle 4 of Debian, which has no platforms; each dependency has a version. */
    @Test
    void gradle_project_runs() throws Exception {
        RequiredPrograms.require("gradle");
        Path folder = HOME.resolve("gradle");
        Path log = HOME.resolve("gradle.log");
        int code = build(
                folder,
                log,
                List.of(
                        "gradle",
                        "--offline",
                        "--no-daemon",
                        "--stacktrace",
                        "--gradle-user-home=" + HOME.resolve("gradle-home"),
                        "--build-file=debian.gradle",
                        "-Prepository=" + REPOSITORY.toUri(),
                        "run",
                        "classPath"));
        String output = Files.readString(log);
        assertThat(code).as(output).isZero();
        assertThat(output).contains(RECEIVED);
        String classPath = printedClassPath(output);
        assertNoLuggage(classPath);
        for (String jar : classPath.split(":", -1)) {
            String name = Path.of(jar).getFileName().toString();
            if (name.startsWith("netty-") && !name.startsWith("netty-tcnative")) {
                assertThat(name).contains("-" + library("netty-bom"));
            }
        }
    }

    /** The parent of Spring Boot manages Netty 4.1. */
    @Test
    void spring_boot_project_without_bom_fails_with_hint() throws Exception {
        assertThat(run("boot-without-bom", "com.example.Site"))
                .startsWith("1\n")
                .contains("Netty on the class path: {4.1.")
                .contains("import dev.sprocket:sprocket-bom before other BOMs")
                .doesNotContain("NoClassDefFoundError");
    }
}
