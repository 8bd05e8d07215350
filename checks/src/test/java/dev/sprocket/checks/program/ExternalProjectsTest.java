package dev.sprocket.checks.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Compiles and runs external Maven projects, with and without the parent of Spring Boot.
 *
 * <p>Their local repository contains links to the repository of this build and the artifacts of this build, so that
 * nothing is installed.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(300)
class ExternalProjectsTest {
    private static final String BOOT = "3.5.7";
    private static final Path HOME = Path.of("target", "external").toAbsolutePath();
    private static final Path REPOSITORY = HOME.resolve("repository");
    private static final List<String> PROJECTS =
            List.of("plain", "plain-without-bom", "boot", "boot-without-bom", "boot-with-property");

    /** Version of a third-party artifact in the BOM. */
    private static final Pattern PIN =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([^<$]+)</version>\\s*(<type>|</dep)");

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
                RequiredPrograms.skipOrFail("Spring Boot " + BOOT + ", in a Maven repository");
            }
            assertThat(code).as(log).isZero();
        }
    }

    private static int maven(String option, List<String> goals) throws Exception {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", option, "-Dmaven.repo.local=" + REPOSITORY));
        command.add("-Dmdep.outputFile=target/cp.txt");
        command.addAll(goals);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(HOME.resolve("maven.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        assertThat(process.waitFor(240, TimeUnit.SECONDS))
                .as("Maven exited in time")
                .isTrue();
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

    private static String dependency(String group, String artifact, String extraElements) {
        return "<dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId>" + extraElements
                + "</dependency>";
    }

    private static void projects() throws IOException {
        String bom = "<dependencyManagement><dependencies>"
                + dependency(
                        "dev.sprocket",
                        "sprocket-bom",
                        "<version>" + version() + "</version><type>pom</type>" + "<scope>import</scope>")
                + "</dependencies></dependencyManagement>";
        String boot = "<parent><groupId>org.springframework.boot</groupId>"
                + "<artifactId>spring-boot-starter-parent</artifactId><version>" + BOOT
                + "</version><relativePath/></parent>";
        String starter = dependency("org.springframework.boot", "spring-boot-starter", "");
        String version = "<version>" + version() + "</version>";
        write("plain", "", bom + dependencies(dependency("dev.sprocket", "sprocket-server", ""), ""), "Plain");
        write(
                "plain-without-bom",
                "",
                dependencies(dependency("dev.sprocket", "sprocket-server", version), version),
                "Plain");
        write("boot", boot, bom + dependencies(starter, ""), "Boot");
        write("boot-without-bom", boot, dependencies(starter, version), "Boot");
        write("boot-with-property", boot, dependencies(starter, version), "Boot");
        Path withProperty = HOME.resolve(Path.of("boot-with-property", "pom.xml"));
        Files.writeString(
                withProperty,
                Files.readString(withProperty)
                        .replace(
                                "<properties>",
                                "<properties><netty.version>" + library("netty-bom") + "</netty.version>"));
        Files.writeString(
                HOME.resolve("pom.xml"),
                project(
                        "",
                        "all",
                        "<packaging>pom</packaging><modules>"
                                + PROJECTS.stream()
                                        .map(name -> "<module>" + name + "</module>")
                                        .collect(Collectors.joining())
                                + "</modules>"));
    }

    private static String dependencies(String first, String version) {
        return "<dependencies>" + first
                + Stream.of("app", "wamp-cbor", "session-redis", "session-memcached", "bridge-http")
                        .map(module -> dependency("dev.sprocket", "sprocket-" + module, version))
                        .collect(Collectors.joining())
                + "</dependencies>";
    }

    private static String project(String parentElement, String name, String rest) {
        return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>" + parentElement
                + "<groupId>com.example</groupId><artifactId>" + name + "</artifactId><version>1</version>"
                + "<properties><maven.compiler.release>17</maven.compiler.release>"
                + "<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>" + rest
                + "</project>\n";
    }

    private static void write(String name, String parentElement, String rest, String program) throws IOException {
        Path sources = Files.createDirectories(HOME.resolve(Path.of(name, "src", "main", "java", "com", "example")));
        Files.writeString(HOME.resolve(name).resolve("pom.xml"), project(parentElement, name, rest));
        String text = program.equals("Boot") ? BOOT_PROGRAM : PLAIN_PROGRAM;
        Files.writeString(sources.resolve("Main.java"), text + CALCULATOR);
    }

    private static final String PLAIN_PROGRAM =
            """
            package com.example;

            import dev.sprocket.app.App;
            import dev.sprocket.http.HttpResponse;
            import dev.sprocket.wamp.annotation.Procedure;
            import dev.sprocket.wamp.annotation.WampMethods;
            import java.net.URI;
            import java.net.http.HttpClient;
            import java.net.http.HttpRequest;
            import java.net.http.HttpResponse.BodyHandlers;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (App app = app()) {
                        app.start();
                        System.out.println(greeting(app));
                    }
                }
            """;

    private static final String BOOT_PROGRAM =
            """
            package com.example;

            import dev.sprocket.app.App;
            import dev.sprocket.http.HttpResponse;
            import dev.sprocket.wamp.annotation.Procedure;
            import dev.sprocket.wamp.annotation.WampMethods;
            import java.net.URI;
            import java.net.http.HttpClient;
            import java.net.http.HttpRequest;
            import java.net.http.HttpResponse.BodyHandlers;
            import org.springframework.boot.CommandLineRunner;
            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;
            import org.springframework.context.annotation.Bean;

            @SpringBootApplication
            public class Main {
                public static void main(String[] args) {
                    SpringApplication.run(Main.class, args).close();
                }

                @Bean(initMethod = "start")
                App server() {
                    return app();
                }

                @Bean
                CommandLineRunner ask(App app) {
                    return args -> System.out.println(greeting(app));
                }
            """;

    private static final String CALCULATOR =
            """

                static class Calculator {
                    @Procedure("com.example.calc.add")
                    double add(double a, double b) {
                        return a + b;
                    }
                }

                static App app() {
                    return App.listen(0)
                            .route("/calc", WampMethods.of(new Calculator()))
                            .get("/hello", request -> HttpResponse.text("hello"));
                }

                static String greeting(App app) throws Exception {
                    URI url = URI.create("http://127.0.0.1:" + app.port() + "/hello");
                    return "response: "
                            + HttpClient.newHttpClient()
                                    .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
                                    .body();
                }
            }
            """;

    /** Runs a project and returns its exit code and output on separate lines. */
    private static String run(String project) throws Exception {
        Path home = HOME.resolve(project);
        String classPath = home.resolve(Path.of("target", "classes")) + ":" + classPath(project);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        "com.example.Main")
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

    /** Asserts that the versions of Netty and Guava are those of this build. */
    private static void assertBuildNettyAndGuava(String project) throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, String> actual = new LinkedHashMap<>();
        String netty = library("netty-bom");
        versions(project).forEach((artifact, version) -> {
            if (artifact.startsWith("netty-") && !artifact.startsWith("netty-tcnative")) {
                expected.put(artifact, netty);
                actual.put(artifact, version);
            }
        });
        expected.put("guava", library("guava"));
        actual.put("guava", versions(project).get("guava"));
        assertThat(actual).isEqualTo(expected).containsKeys("netty-common", "netty-handler", "netty-codec-base");
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
        assertThat(run("plain")).startsWith("0\n").contains("response: hello\n");
    }

    @Test
    void plain_project_without_bom_has_same_versions() throws Exception {
        assertBuildVersions("plain-without-bom");
        assertThat(run("plain-without-bom")).startsWith("0\n").contains("response: hello\n");
    }

    @Test
    void spring_boot_project_with_bom_runs() throws Exception {
        assertBuildNettyAndGuava("boot");
        assertThat(run("boot")).startsWith("0\n").contains("response: hello\n");
    }

    @Test
    void spring_boot_project_with_netty_property_runs() throws Exception {
        assertBuildNettyAndGuava("boot-with-property");
        assertThat(run("boot-with-property")).startsWith("0\n").contains("response: hello\n");
    }

    /** The parent of Spring Boot manages Netty 4.1. */
    @Test
    void spring_boot_project_without_bom_fails_with_hint() throws Exception {
        assertThat(run("boot-without-bom"))
                .startsWith("1\n")
                .contains("Netty on the class path: {4.1.")
                .contains("import dev.sprocket:sprocket-bom before other BOMs")
                .doesNotContain("NoClassDefFoundError");
    }
}
