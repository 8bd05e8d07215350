package dev.sprocket.checks.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.WebSocketClient;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs in named modules, with the jars of this build on the module path.
 *
 * <p>Their sources are in {@code src/test/programs}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class ModulePathTest {
    private static final Path SOURCES = Path.of("src", "test", "programs");
    /** Modules with a descriptor. */
    private static final List<String> NAMED = List.of("core", "http", "websocket", "pubsub", "wamp", "sse", "session");
    /** Libraries of the named modules. */
    private static final String LIBRARIES = "(netty-(buffer|common|resolver|handler|transport)"
            + "|netty-codec-(base|compression|haproxy|http|http2)"
            + "|netty-transport-(classes-epoll|classes-io_uring|native-unix-common)"
            + "|gson|slf4j-api|jspecify|error_prone_annotations|logback-(core|classic))-\\d.*\\.jar";
    /** Libraries of plugins. */
    private static final String PLUGIN_LIBRARIES =
            "(guice|guava|failureaccess|aopalliance|jakarta\\.inject-api|config|msgpack-core)-\\d.*\\.jar";

    @TempDir
    Path home;

    private static Path jar(String folder) throws IOException {
        Path target = Path.of("..", folder, "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("sprocket-[-a-z]+(-\\d.*)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no jar in " + target + " (expected: mvn package)"));
        }
    }

    private static List<Path> jars(List<String> folders) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String folder : folders) {
            all.add(jar(folder));
        }
        return all;
    }

    private static List<Path> libraries(String names) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(jar -> jar.getFileName() != null
                        && jar.getFileName().toString().matches(names))
                .distinct()
                .toList();
    }

    private static List<Path> namedModulePath() throws IOException {
        List<Path> all = new ArrayList<>(jars(NAMED));
        all.addAll(libraries(LIBRARIES));
        return all;
    }

    private static List<Path> pluginModulePath() throws IOException {
        List<Path> all = new ArrayList<>(namedModulePath());
        all.addAll(jars(List.of("plugin", "app", "cluster", "config", "wamp-msgpack")));
        all.addAll(libraries(PLUGIN_LIBRARIES));
        return all;
    }

    private static String joined(List<Path> modulePath) {
        return modulePath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Compiles a module and returns the folder of its classes. */
    private Path compile(Path sources, List<Path> modulePath) throws IOException {
        Path classes = home.resolve("classes-" + sources.getFileName());
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none", "--release", "17", "--module-path", joined(modulePath), "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, output, output, arguments.toArray(String[]::new));
        assertThat(status).as(output.toString(UTF_8)).isZero();
        return classes;
    }

    /** Copies the sources of a program without the directives that match. */
    private Path without(String program, String directive) throws IOException {
        Path copy = home.resolve("changed-" + program);
        try (Stream<Path> files = Files.walk(SOURCES.resolve(program))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(SOURCES.resolve(program).relativize(file));
                Files.createDirectories(to.getParent());
                String text = Files.readString(file);
                Files.writeString(to, file.endsWith("module-info.java") ? text.replaceAll(directive, "") : text);
            }
        }
        return copy;
    }

    /** Process of a program; closing its standard input ends it. */
    private record Program(Process process, Path errors) implements AutoCloseable {
        /** Reads the line with the ports. */
        List<Integer> ports() throws IOException {
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            List<String> log = new ArrayList<>();
            String line = output.readLine();
            while (line != null && !line.startsWith("port=")) {
                log.add(line);
                line = output.readLine();
            }
            assertThat(line).as(log + Files.readString(errors)).isNotNull();
            Matcher numbers = Pattern.compile("=(\\d+)").matcher(line);
            return numbers.results().map(one -> Integer.valueOf(one.group(1))).toList();
        }

        /** Waits for the end of a program that cannot start, and returns its standard error. */
        String failure() throws Exception {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            return Files.readString(errors);
        }

        @Override
        public void close() throws Exception {
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private Program run(List<Path> modulePath, List<String> options, String module, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--module-path", joined(modulePath)));
        command.addAll(options);
        command.addAll(List.of("--module", module + "/" + module + ".Main"));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile(home, "stderr", ".txt");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        return new Program(process, errors);
    }

    private static URI url(int port, String path) {
        return URI.create("ws://127.0.0.1:" + port + path);
    }

    private static List<Path> plus(List<Path> modulePath, Path... more) {
        List<Path> all = new ArrayList<>(modulePath);
        all.addAll(List.of(more));
        return all;
    }

    @Test
    void program_of_named_modules_serves_procedures_and_json() throws Exception {
        List<Path> modulePath = namedModulePath();
        Path calc = compile(SOURCES.resolve("calc"), modulePath);

        try (Program program = run(plus(modulePath, calc), List.of(), "com.example.calc")) {
            int port = program.ports().get(0);

            WebSocketClient caller = WebSocketClient.wamp(url(port, "/calc"));
            assertThat(caller.exchange("[2,\"1\",\"com.example.add\",{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}]"))
                    .isEqualTo("[3,\"1\",{\"x\":4,\"y\":6}]");
            assertThat(caller.exchange("[2,\"2\",\"com.example.add\",1]"))
                    .startsWith("[4,\"2\",\"wamp.error.invalid_argument\"");
            assertThat(WebSocketClient.open(url(port, "/mirror")).exchange("{\"x\":1,\"y\":2}"))
                    .isEqualTo("{\"x\":2,\"y\":1}");
        }
    }

    @Test
    void procedure_in_closed_package_fails_with_the_directive() throws Exception {
        List<Path> modulePath = namedModulePath();
        Path calc = compile(without("calc", "opens [^;]+;"), modulePath);

        try (Program program = run(plus(modulePath, calc), List.of(), "com.example.calc", "procedure")) {
            assertThat(program.failure())
                    .contains("Calculator.add(Point, Point) is not accessible (expected: in module-info.java of"
                            + " com.example.calc: opens com.example.calc to com.google.gson, dev.sprocket.wamp;)");
        }
    }

    @Test
    void argument_that_gson_cannot_read_fails_with_the_directive() throws Exception {
        List<Path> modulePath = namedModulePath();
        Path calc = compile(without("calc", "com\\.google\\.gson,"), modulePath);

        try (Program program = run(plus(modulePath, calc), List.of(), "com.example.calc", "procedure")) {
            assertThat(program.failure())
                    .contains("Calculator.add(Point, Point): argument 1")
                    .contains("(expected: in module-info.java of com.example.calc: opens com.example.calc to"
                            + " com.google.gson, dev.sprocket.wamp;)");
        }
    }

    @Test
    void json_type_in_closed_package_fails_with_the_directive() throws Exception {
        List<Path> modulePath = namedModulePath();
        Path calc = compile(without("calc", "opens [^;]+;"), modulePath);

        try (Program program = run(plus(modulePath, calc), List.of(), "com.example.calc", "json")) {
            assertThat(program.failure())
                    .contains("Gson has no access to the members of Point (expected: in module-info.java of"
                            + " com.example.calc: opens com.example.calc to com.google.gson;)");
        }
    }

    @Test
    void internal_package_is_not_visible_to_programs() throws Exception {
        Path intruder = Files.createDirectories(home.resolve("intruder"));
        Files.writeString(intruder.resolve("module-info.java"), "module intruder { requires dev.sprocket.core; }");
        Path source = intruder.resolve("Intruder.java");
        Files.writeString(source, "package intruder; class Intruder { dev.sprocket.core.internal.log.PeerLog log; }");
        ByteArrayOutputStream output = new ByteArrayOutputStream();

        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        output,
                        output,
                        "--module-path",
                        joined(namedModulePath()),
                        "-d",
                        home.resolve("out").toString(),
                        intruder.resolve("module-info.java").toString(),
                        source.toString());

        assertThat(status).isEqualTo(1);
        assertThat(output.toString(UTF_8)).contains("package dev.sprocket.core.internal.log is not visible");
    }

    /** The plugin API and Guice are automatic modules, which do not say what they require. */
    @Test
    void plugins_on_the_module_path_are_found() throws Exception {
        List<Path> modulePath = pluginModulePath();
        Path rooms = compile(SOURCES.resolve("rooms"), modulePath);
        Path greet = compile(SOURCES.resolve("greet"), modulePath);
        Path config = Files.writeString(
                home.resolve("site.conf"),
                """
                listeners.lines {
                  address = "127.0.0.1:0"
                  layers = [lines, { shout { mark = "?" } }]
                  component = { greet { word = "Hi," } }
                }
                """);

        List<Path> all = plus(modulePath, rooms, greet, jar("examples/plugin"));
        try (Program program =
                run(all, List.of("--add-modules", "ALL-MODULE-PATH"), "com.example.rooms", config.toString())) {
            List<Integer> ports = program.ports();

            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(1))) {
                socket.getOutputStream().write("ann\n".getBytes(UTF_8));
                BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                assertThat(lines.readLine()).isEqualTo("Hi, ANN?");
            }
            assertThat(WebSocketClient.wamp(url(ports.get(0), "/rooms")).exchange("[2,\"1\",\"com.example.rooms\"]"))
                    .isEqualTo("[3,\"1\",[\"kitchen\",\"hall\"]]");
            WebSocket msgpack = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("wamp.2.msgpack")
                    .buildAsync(url(ports.get(0), "/rooms"), new WebSocket.Listener() {})
                    .join();
            assertThat(msgpack.getSubprotocol()).isEqualTo("wamp.2.msgpack");
            msgpack.abort();
        }
    }
}
