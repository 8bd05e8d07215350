package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.leaktest.SpinWait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxy configurations of docs/deploy in nginx, Apache and HAProxy, with other ports and certificate. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("foreign")
class DeployedProxiesTest {
    private static final Path DEPLOY = Path.of("../docs/deploy");
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @TempDir
    Path folder;

    private final int plain = freePort();
    private final int secure = freePort();
    private Process proxy;
    private ConfiguredServer server;

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a server whose IP filters use the client address that the proxy reports. */
    private int serve(String listenerSettings, String firstLayer) throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                """
                topics { "*" { subscribe = anyone, publish = anyone } }
                listeners.web {
                  address = "127.0.0.1:0"
                  %s
                  routes = [
                    { path = /echo, layers = [%s { ip-filter { deny = ["6.6.6.6"] } }, ws], component = echo }
                    { path = /events, layers = [%s { ip-filter { deny = ["6.6.6.6"] } }], component = events }
                    { path = /push, component = { push { allow-anonymous = on } } }
                  ]
                }
                """
                        .formatted(listenerSettings, firstLayer, firstLayer));
        server = ConfiguredServer.of(file);
        server.start();
        return ((InetSocketAddress) server.address("web")).getPort();
    }

    private void createCertificate() throws Exception {
        RequiredPrograms.require("openssl");
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=127.0.0.1",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                folder.resolve("site.key").toString(),
                "-out",
                folder.resolve("site.pem").toString());
        Files.writeString(
                folder.resolve("both.pem"),
                Files.readString(folder.resolve("site.pem")) + Files.readString(folder.resolve("site.key")));
    }

    private void run(String... command) throws Exception {
        Path log = folder.resolve("run.log");
        Process process = process(log, command);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private static Process process(Path log, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().merge("PATH", "/usr/sbin", (path, more) -> path + ":" + more);
        return builder.start();
    }

    /** Starts a proxy and waits until it listens on both ports. */
    private void start(String... command) throws Exception {
        Path log = folder.resolve("proxy.log");
        proxy = process(log, command);
        for (int port : new int[] {plain, secure}) {
            while (!listens(port)) {
                assertThat(proxy.isAlive()).as(Files.readString(log)).isTrue();
                SpinWait.once();
            }
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (proxy != null) {
            List<ProcessHandle> children = proxy.descendants().collect(Collectors.toList());
            proxy.destroy();
            if (!proxy.waitFor(20, TimeUnit.SECONDS)) {
                children.forEach(ProcessHandle::destroyForcibly);
                proxy.destroyForcibly();
            }
        }
        if (server != null) {
            server.close();
        }
    }

    private String shippedFile(String name, int port) throws IOException {
        return Files.readString(DEPLOY.resolve(name))
                .replace("127.0.0.1:8080", "127.0.0.1:" + port)
                .replace("/etc/ssl/certs/site.pem", folder.resolve("site.pem").toString())
                .replace("/etc/ssl/private/site.key", folder.resolve("site.key").toString())
                .replace("/etc/haproxy/site.pem", folder.resolve("both.pem").toString());
    }

    @Test
    void nginx_conf_forwards_traffic_and_drops_forged_headers() throws Exception {
        require("nginx");
        createCertificate();
        String site = shippedFile("nginx.conf", serve("", "trusted-proxies,"))
                .replace("listen 8000", "listen 127.0.0.1:" + plain)
                .replace("listen 8443", "listen 127.0.0.1:" + secure);
        Path conf = Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off;\n"
                        + "master_process off;\n"
                        + "pid nginx.pid;\n"
                        + "error_log stderr;\n"
                        + "events {}\n"
                        + "http {\n"
                        + "access_log off;\n"
                        + "client_body_temp_path body;\n"
                        + "proxy_temp_path proxy;\n"
                        + "fastcgi_temp_path fastcgi;\n"
                        + "uwsgi_temp_path uwsgi;\n"
                        + "scgi_temp_path scgi;\n" + site + "}\n");
        run("nginx", "-t", "-q", "-e", "stderr", "-p", folder.toString(), "-c", conf.toString());
        start("nginx", "-e", "stderr", "-p", folder.toString(), "-c", conf.toString());
        assertTrafficForwarded();
        assertForgedHeadersDropped();
    }

    @Test
    void apache_conf_forwards_traffic_and_drops_forged_headers() throws Exception {
        require("apache2");
        createCertificate();
        String site = shippedFile("apache.conf", serve("", "trusted-proxies,"))
                .replace("Listen 8002", "Listen 127.0.0.1:" + plain)
                .replace("*:8002", "127.0.0.1:" + plain)
                .replace("Listen 8444", "Listen 127.0.0.1:" + secure)
                .replace("*:8444", "127.0.0.1:" + secure);
        StringBuilder conf = new StringBuilder("ServerRoot " + folder + "\nServerName localhost\nPidFile " + folder
                + "/apache.pid\nErrorLog /dev/stderr\nDefaultRuntimeDir " + folder + "\nMutex pthread\n");
        for (String module :
                List.of("mpm_event", "authz_core", "headers", "proxy", "proxy_http", "ssl", "socache_shmcb")) {
            if (Files.exists(Path.of("/usr/lib/apache2/modules/mod_" + module + ".so"))) {
                conf.append("LoadModule " + module + "_module /usr/lib/apache2/modules/mod_" + module + ".so\n");
            }
        }
        // Apache requires another user when root starts it
        conf.append("<IfModule unixd_module>\nUser www-data\nGroup www-data\n</IfModule>\n");
        Path file = Files.writeString(folder.resolve("apache.conf"), conf + site);
        run("apache2", "-t", "-f", file.toString());
        start("apache2", "-D", "FOREGROUND", "-f", file.toString());
        assertTrafficForwarded();
        assertForgedHeadersDropped();
    }

    @Test
    void haproxy_cfg_forwards_traffic_and_drops_forged_headers() throws Exception {
        require("haproxy");
        createCertificate();
        String site = shippedFile("haproxy.cfg", serve("proxy-protocol = required", ""))
                .replace("bind :8001", "bind 127.0.0.1:" + plain)
                .replace("bind :8445", "bind 127.0.0.1:" + secure);
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), "global\n    maxconn 100\n" + site);
        run("haproxy", "-c", "-f", file.toString());
        start("haproxy", "-db", "-f", file.toString());
        assertTrafficForwarded();
        assertForgedHeadersDropped();
    }

    /** Requires a program, also in {@code /usr/sbin}, which is not on the path of Debian users. */
    private static void require(String name) {
        RequiredPrograms.require(Files.isExecutable(Path.of("/usr/sbin", name)) ? "/usr/sbin/" + name : name);
    }

    private HttpClient client() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        try (InputStream pem = Files.newInputStream(folder.resolve("site.pem"))) {
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
            trusted.setCertificateEntry("site", certificate);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, managers.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    private void assertTrafficForwarded() throws Exception {
        HttpClient client = client();
        for (String suffix : List.of("127.0.0.1:" + plain, "s://127.0.0.1:" + secure)) {
            String rest = suffix.startsWith("s") ? suffix : "://" + suffix;
            assertThat(echo(client, URI.create("ws" + rest + "/echo/")))
                    .as(suffix)
                    .isEqualTo("hello");
            assertThat(pushedEvent(client, "http" + rest, suffix.startsWith("s") ? "a%2Fs" : "a%2Fp"))
                    .as(suffix)
                    .contains("\"title\":\"hi\"");
        }
    }

    private static String echo(HttpClient client, URI url) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(url, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        received.add(text.toString());
                        return null;
                    }
                })
                .get(60, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(60, TimeUnit.SECONDS);
        String echo = String.valueOf(received.poll(60, TimeUnit.SECONDS));
        socket.abort();
        return echo;
    }

    /** Pushes to a topic and returns the data line that its event stream receives. */
    private static String pushedEvent(HttpClient client, String base, String topic) throws Exception {
        HttpRequest listen =
                HttpRequest.newBuilder(URI.create(base + "/events/" + topic)).build();
        HttpRequest push = HttpRequest.newBuilder(URI.create(base + "/push/" + topic))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"hi\"}"))
                .build();
        var stream = client.sendAsync(listen, BodyHandlers.ofInputStream());
        String body = "";
        while (!body.contains("\"subscribers\":1")) {
            var response = client.send(push, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isLessThan(300);
            body = response.body();
            assertThat(body).contains("\"topic\":\"" + topic.replace("%2F", "/") + "\"");
        }
        try (InputStream in = stream.get(60, TimeUnit.SECONDS).body();
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, ISO_8859_1))) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("data:")) {
                line = lines.readLine();
            }
            return String.valueOf(line);
        }
    }

    private void assertForgedHeadersDropped() throws Exception {
        for (String forged : List.of(
                "Forwarded: for=6.6.6.6",
                "Forwarded: for=6.6.6.6;host=evil.example;proto=https",
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 127.0.0.1",
                "X-Real-IP: 6.6.6.6",
                "X-Forwarded-Proto: gopher",
                "X-Forwarded-Host: not a host",
                "Forwarded: for=\"unfinished")) {
            assertThat(status(UPGRADE + forged + "\r\n")).as(forged).isEqualTo("101");
        }
        for (String forged : List.of("X-Forwarded-Host: evil.example", "Forwarded: host=evil.example")) {
            assertThat(status(UPGRADE + "Origin: http://evil.example\r\n" + forged + "\r\n"))
                    .as(forged)
                    .isEqualTo("403");
        }
        assertThat(status(UPGRADE + "Origin: http://127.0.0.1\r\n")).isEqualTo("101");
    }

    private String status(String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plain)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("GET /echo HTTP/1.1\r\nHost: 127.0.0.1:" + plain + "\r\n" + headers + "\r\n")
                            .getBytes(ISO_8859_1));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))
                    .readLine()
                    .split(" ", -1)[1];
        }
    }
}
