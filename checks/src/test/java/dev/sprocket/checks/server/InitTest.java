package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Configuration files of {@code sprocket init}, and the width of printed messages. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class InitTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    Path folder;

    private final List<Process> running = new ArrayList<>();

    private Process start(String... arguments) throws IOException {
        Path jar = Path.of("../server/target/sprocket.jar").toAbsolutePath();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("PUSH_TOKEN", TOKEN);
        builder.environment().put("COLUMNS", "80");
        Process process = builder.start();
        running.add(process);
        return process;
    }

    private String run(int code, String... arguments) throws Exception {
        Process process = start(arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isEqualTo(code);
        return out;
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : running) {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    /** Writes a file, serves it on free ports, and returns the addresses. */
    private List<String> serve(String kind) throws Exception {
        assertThat(run(0, "init", kind)).contains("sprocket check -c site.conf");
        assertThat(run(0, "check", "--strict", "-c", "site.conf")).isEqualTo("site.conf: valid\n");
        Path file = folder.resolve("site.conf");
        Files.writeString(file, Files.readString(file).replaceAll("(address = \"127\\.0\\.0\\.1:)\\d+", "$10"));
        BufferedReader out = start("serve", "-c", "site.conf").inputReader();
        String line = out.readLine();
        while (line != null && !line.contains("server ready: ")) {
            line = out.readLine();
        }
        assertThat(line).isNotNull();
        // name=address for each listener
        String addresses = line.replaceAll(".*addresses=\"([^\"]*)\".*", "$1");
        return Stream.of(addresses.split(" "))
                .map(one -> one.substring(one.indexOf('=') + 1))
                .toList();
    }

    private static final class Client implements WebSocket.Listener {
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        static WebSocket connect(String uri, Client client, String... protocols) {
            WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
            if (protocols.length > 0) {
                builder.subprotocols(protocols[0]);
            }
            return builder.buildAsync(URI.create(uri), client).join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            received.add(data.toString());
            socket.request(1);
            return null;
        }

        String next() throws InterruptedException {
            return String.valueOf(received.poll(20, TimeUnit.SECONDS));
        }
    }

    private static int push(String address, String token) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/push/news"))
                                .header("Content-Type", "application/json")
                                .header("Authorization", "Bearer " + token)
                                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"hi\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void php_site_delivers_pushes_with_token() throws Exception {
        String address = serve("php").get(0);
        Client page = new Client();
        WebSocket socket = Client.connect("ws://" + address + "/ws", page, "wamp.2.json");
        socket.sendText("[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]", true);
        assertThat(page.next()).startsWith("[2,");
        socket.sendText("[32,1,{},\"news\"]", true);
        assertThat(page.next()).startsWith("[33,1,");
        HttpResponse<java.io.InputStream> events = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/events/news"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(events.statusCode()).isEqualTo(200);

        assertThat(push(address, "wrong")).isEqualTo(401);
        assertThat(push(address, TOKEN)).isBetween(200, 204);

        assertThat(page.next()).startsWith("[36,").contains("{\"title\":\"hi\"}");
        assertThat(new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))
                        .lines()
                        .filter(line -> line.startsWith("data:"))
                        .findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains("{\"title\":\"hi\"}"));
    }

    @Test
    void php_site_is_valid_with_session() throws Exception {
        run(0, "init", "php", "-o", "login.conf");
        Path file = folder.resolve("login.conf");
        String text = Files.readString(file).replaceAll("(?m)^(\\s*)#session ", "$1");
        Files.writeString(file, text.replace("/var/lib/php/sessions", folder.toString()));

        assertThat(run(0, "check", "-c", "login.conf")).isEqualTo("login.conf: valid\n");
        assertThat(run(0, "explain", "-c", "login.conf")).contains("session");
    }

    @Test
    void wamp_router_routes_calls_and_events() throws Exception {
        String address = serve("wamp").get(1);
        Client callee = new Client();
        WebSocket one = Client.connect("ws://" + address + "/ws", callee, "wamp.2.json");
        one.sendText("[1,\"realm1\",{\"roles\":{\"subscriber\":{},\"callee\":{}}}]", true);
        assertThat(callee.next()).startsWith("[2,");
        one.sendText("[32,1,{},\"com.example.news\"]", true).join();
        assertThat(callee.next()).startsWith("[33,1,");
        one.sendText("[64,2,{},\"com.example.greet\"]", true);
        assertThat(callee.next()).startsWith("[65,2,");
        Client caller = new Client();
        WebSocket two = Client.connect("ws://" + address + "/ws", caller, "wamp.2.json");
        two.sendText("[1,\"realm1\",{\"roles\":{\"publisher\":{},\"caller\":{}}}]", true);
        assertThat(caller.next()).startsWith("[2,");

        two.sendText("[16,1,{},\"com.example.news\",[7]]", true).join();
        assertThat(callee.next()).startsWith("[36,").endsWith("[7]]");
        two.sendText("[48,2,{},\"com.example.greet\",[\"Ann\"]]", true);
        String invocation = callee.next();
        assertThat(invocation).startsWith("[68,").endsWith("[\"Ann\"]]");
        one.sendText("[70," + invocation.split(",")[1] + ",{},[\"hello\"]]", true);
        assertThat(caller.next()).startsWith("[50,2,").endsWith("[\"hello\"]]");
    }

    @Test
    void chat_connects_browsers_and_telnet() throws Exception {
        List<String> addresses = serve("chat");
        String telnet = addresses.get(0);
        String web = addresses.get(1);
        Client page = new Client();
        WebSocket socket = Client.connect("ws://" + web + "/chat", page);
        try (Socket terminal = new Socket("127.0.0.1", Integer.parseInt(telnet.split(":")[1]))) {
            terminal.getOutputStream().write("from telnet\r\n".getBytes(StandardCharsets.UTF_8));
            assertThat(page.next()).isEqualTo("from telnet");
            socket.sendText("from page", true);
            assertThat(new BufferedReader(new InputStreamReader(terminal.getInputStream(), StandardCharsets.UTF_8))
                            .readLine())
                    .isEqualTo("from page");
        }
    }

    @Test
    void init_lists_kinds_and_keeps_existing_files() throws Exception {
        assertThat(run(0, "init")).contains("php ").contains("wamp ").contains("chat ");
        assertThat(run(2, "init", "chatt")).startsWith("sprocket: unknown kind: chatt (did you mean chat?)");
        Files.writeString(folder.resolve("site.conf"), "mine");
        assertThat(run(1, "init", "chat")).startsWith("sprocket: site.conf already exists");
        assertThat(folder.resolve("site.conf")).hasContent("mine");
    }

    @Test
    void check_prints_warnings_beside_errors() throws Exception {
        Files.writeString(
                folder.resolve("warn.conf"),
                "listeners.a { component = echo, health = off }\nbridges.tcp { port = 0, secret = short }\n");
        assertThat(run(0, "check", "-c", "warn.conf"))
                .startsWith("warning: warn.conf:1: health has no effect without routes\nwarning: warn.conf:2: secret:")
                .endsWith("warn.conf: valid (warnings: 2)\n");
        assertThat(run(1, "check", "--strict", "-c", "warn.conf"))
                .endsWith("warn.conf: rejected by --strict (warnings: 2)\n");
        Files.writeString(folder.resolve("bad.conf"), "loops = 1\nlisteners.a { component = echo, health = off }\n");
        assertThat(run(1, "check", "-c", "bad.conf"))
                .contains("warning: bad.conf:2: health has no effect without routes\n")
                .contains("sprocket: bad.conf:1: configuration: unknown key loops (did you mean\n  event-loops?)\n");
    }

    @Test
    void help_and_errors_fit_80_columns() throws Exception {
        Files.writeString(
                folder.resolve("bad.conf"),
                "listners { }\nxyzzy = 1\nlisteners.a { component = ecko, layers = [wss, lines, http, ws] }\n");
        List<String> failing = List.of(
                "check -c bad.conf",
                "check -c missing.conf",
                "serve -c bad.conf",
                "serve",
                "serv -c bad.conf",
                "check --strikt -c bad.conf",
                "push --http http://127.0.0.1:1/push news 1",
                "push --tcp 127.0.0.1:1 news 1",
                "push --tcp nowhere news 1",
                "push",
                "listen ws://127.0.0.1:1/ news",
                "listen http://127.0.0.1:1/ news",
                "listen",
                "init nothing");
        for (String command : failing) {
            Process process = start(command.split(" "));
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(out).isIn(1, 2);
            assertThat(out.lines())
                    .as(command)
                    .isNotEmpty()
                    .allMatch(line -> line.length() <= 80, "at most 80 columns");
        }
        for (String command :
                List.of("", "demo", "init", "serve", "check", "explain", "config", "plugins", "push", "listen")) {
            assertThat(run(0, (command + " --help").strip().split(" ")).lines())
                    .as(command)
                    .allMatch(line -> line.length() <= 80, "at most 80 columns");
        }
    }
}
