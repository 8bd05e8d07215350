package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.stream.CurlStream;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.leaktest.WebSocketClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of docs/deploy for two nodes, behind HAProxy and nginx. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(240)
@Tag("foreign")
class NodesBehindProxiesTest {
    private static final Path DEPLOY = Path.of("../docs/deploy");
    /** Route that only the second node has. */
    private static final String SECOND = "{ path = /two, component = events }\n";

    private static final String HAPROXY = "  proxy-protocol = required\n";
    private static final String NGINX = "  layers = [http, trusted-proxies]\n";
    private static final String TOKEN = "a-token-hard-to-guess";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();
    private final int redis = freePort();
    private final int one = freePort();
    private final int two = freePort();
    private final int plain = freePort();
    private final int secure = freePort();

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void requirePrograms() throws Exception {
        RequiredPrograms.require("redis-server");
        RequiredPrograms.require("curl");
        RequiredPrograms.require("openssl");
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    private Process start(String log, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile());
        builder.environment().merge("PATH", "/usr/sbin", (path, more) -> path + ":" + more);
        builder.environment().put("PUSH_TOKEN", TOKEN);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void run(String... command) throws Exception {
        Process process = start("run.log", command);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("run.log")))
                .isZero();
    }

    private static void awaitListening(Process process, int port) throws InterruptedException {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException notYet) {
                assertThat(process.isAlive()).isTrue();
                SpinWait.once();
            }
        }
    }

    private void startRedis() throws Exception {
        Process process = start(
                "redis.log",
                "redis-server",
                "--port",
                String.valueOf(redis),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString());
        awaitListening(process, redis);
    }

    /** Starts a server with the file of docs/deploy, on another port. */
    private Process startNode(int port, String listener, String moreRoutes) throws Exception {
        String site = Files.readString(DEPLOY.resolve("nodes.conf"))
                .replace("127.0.0.1:6379", "127.0.0.1:" + redis)
                .replace("127.0.0.1:8081", "127.0.0.1:" + port)
                .replace(HAPROXY, listener)
                .replace("routes = [\n", "routes = [\n" + moreRoutes);
        Path file = Files.writeString(folder.resolve("node-" + port + ".conf"), site);
        return start(
                "node-" + port + ".log",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sprocket.server.Main",
                "serve",
                "-c",
                file.toString());
    }

    private void awaitNode(Process node, int port) throws Exception {
        var unused = ReadyLine.await(node, folder.resolve("node-" + port + ".log"));
    }

    private String proxyFile(String name) throws Exception {
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=127.0.0.1",
                "-keyout",
                folder.resolve("site.key").toString(),
                "-out",
                folder.resolve("site.pem").toString());
        Files.writeString(
                folder.resolve("both.pem"),
                Files.readString(folder.resolve("site.pem")) + Files.readString(folder.resolve("site.key")));
        return Files.readString(DEPLOY.resolve(name))
                .replace("127.0.0.1:8081", "127.0.0.1:" + one)
                .replace("127.0.0.1:8082", "127.0.0.1:" + two)
                .replace("bind :8001", "bind 127.0.0.1:" + plain)
                .replace("bind :8445", "bind 127.0.0.1:" + secure)
                .replace("listen 8000", "listen 127.0.0.1:" + plain)
                .replace("listen 8443", "listen 127.0.0.1:" + secure)
                .replace("/etc/ssl/certs/site.pem", folder.resolve("site.pem").toString())
                .replace("/etc/ssl/private/site.key", folder.resolve("site.key").toString())
                .replace("/etc/haproxy/site.pem", folder.resolve("both.pem").toString());
    }

    private static void requireSystemProgram(String name) {
        RequiredPrograms.require(Files.isExecutable(Path.of("/usr/sbin", name)) ? "/usr/sbin/" + name : name);
    }

    private void startHaproxy() throws Exception {
        requireSystemProgram("haproxy");
        Path file = Files.writeString(
                folder.resolve("haproxy.cfg"), "global\n    maxconn 100\n" + proxyFile("haproxy-nodes.cfg"));
        run("haproxy", "-c", "-f", file.toString());
        awaitListening(start("proxy.log", "haproxy", "-db", "-f", file.toString()), plain);
    }

    private void startNginx() throws Exception {
        requireSystemProgram("nginx");
        Path file = Files.writeString(
                folder.resolve("nginx.conf"),
                """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events {}
                http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                %s}
                """
                        .formatted(proxyFile("nginx-nodes.conf")));
        run("nginx", "-t", "-q", "-e", "stderr", "-p", folder.toString(), "-c", file.toString());
        awaitListening(
                start("proxy.log", "nginx", "-e", "stderr", "-p", folder.toString(), "-c", file.toString()), plain);
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + plain + path);
    }

    private int status(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(url(path)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Pushes until the proxy has a node that takes the push. */
    private void push(String topic, String event) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url("/push/" + topic))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString(event))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        while (response.statusCode() >= 502) {
            SpinWait.once();
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static CurlStream.Block nextEvent(CurlStream stream) throws IOException {
        CurlStream.Block block = stream.next();
        while (!block.type().isEmpty()) {
            assertThat(block.type()).isNotEqualTo("gap");
            block = stream.next();
        }
        return block;
    }

    private WebSocketClient subscriber() throws InterruptedException {
        WebSocketClient client = WebSocketClient.wamp(URI.create("ws://127.0.0.1:" + plain + "/ws"))
                .send("[5,\"news.a\"]");
        // the answer follows the subscription
        assertThat(client.exchange("[2,\"subscribed\",\"none\"]")).startsWith("[4,\"subscribed\"");
        return client;
    }

    /** Kills a node with open streams, and continues them on the other node. */
    private void assertClientsOfKilledNodeContinue(Process killed) throws Exception {
        List<WebSocketClient> sockets = List.of(subscriber(), subscriber());
        List<CurlStream> streams = new ArrayList<>();
        List<String> positions = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CurlStream stream = CurlStream.open(url("/events/news.a").toString());
            assertThat(stream.next().type()).isEqualTo("position");
            streams.add(stream);
        }
        push("news.a", "{\"n\":1}");
        for (WebSocketClient socket : sockets) {
            assertThat(socket.receive()).isEqualTo("[8,\"news.a\",{\"n\":1}]");
        }
        for (CurlStream stream : streams) {
            CurlStream.Block event = nextEvent(stream);
            assertThat(event.data()).isEqualTo("{\"n\":1}");
            positions.add(event.id());
        }

        assertThat(killed.destroyForcibly().waitFor(20, TimeUnit.SECONDS)).isTrue();
        push("news.a", "{\"n\":2}");
        for (int i = 0; i < 2; i++) {
            streams.get(i).close();
            streams.set(
                    i, CurlStream.open(url("/events/news.a").toString(), "-H", "Last-Event-ID: " + positions.get(i)));
            assertThat(nextEvent(streams.get(i)).data()).isEqualTo("{\"n\":2}");
        }
        push("news.a", "{\"n\":3}");
        for (CurlStream stream : streams) {
            assertThat(nextEvent(stream).data()).isEqualTo("{\"n\":3}");
            stream.close();
        }
    }

    @Test
    void haproxy_takes_out_nodes_and_clients_continue() throws Exception {
        startRedis();
        Process first = startNode(one, HAPROXY, "");
        awaitNode(first, one);
        Process second = startNode(two, HAPROXY, SECOND);
        awaitNode(second, two);
        startHaproxy();
        awaitStatus("/two", 400);
        assertClientsOfKilledNodeContinue(first);
    }

    @Test
    void haproxy_leaves_out_a_node_that_is_not_ready() throws Exception {
        Process second = startNode(two, HAPROXY, SECOND);
        awaitNode(second, two);
        startHaproxy();
        // neither node is there: one is not started, the other has no Redis
        awaitStatus("/two", 503);
        startRedis();
        awaitStatus("/two", 400);
    }

    @Test
    void nginx_tries_other_nodes_and_clients_continue() throws Exception {
        startRedis();
        Process first = startNode(one, NGINX, "");
        Process second = startNode(two, NGINX, SECOND);
        awaitNode(first, one);
        awaitNode(second, two);
        startNginx();
        awaitStatus("/two", 400);
        assertClientsOfKilledNodeContinue(first);
    }

    /** Waits for the status of a path; without the second node, {@code /two} is 404. */
    private void awaitStatus(String path, int expected) throws Exception {
        int status = status(path);
        while (status != expected) {
            assertThat(status).isIn(400, 404, 502, 503, 504);
            SpinWait.once();
            status = status(path);
        }
    }
}
