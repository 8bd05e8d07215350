package dev.sprocket.checks.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.Site;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each fault of {@code docs/operate/metrics.md} is seen in one metric and in one log line. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class FaultsTest {
    private static int status(Site site, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(site.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(US_ASCII));
    }

    @Test
    void refused_login_is_counted_by_method() throws Exception {
        String rejected = "sprocket_authentications_total{method=\"basic\",result=\"rejected\"}";
        String accepted = "sprocket_authentications_total{method=\"basic\",result=\"accepted\"}";
        try (Site site = MetricsSite.start()) {
            Scrape before = Scrape.of(site.uri("/metrics"));
            assertThat(status(site, "/private", "Authorization", basic("ann:wrong")))
                    .isEqualTo(401);
            assertThat(status(site, "/private", "Authorization", basic("ann:secret")))
                    .isEqualTo(200);
            Scrape after = Scrape.of(site.uri("/metrics"));
            assertThat(after.value(rejected) - before.value(rejected)).isEqualTo(1);
            assertThat(after.value(accepted) - before.value(accepted)).isEqualTo(1);
            assertThat(site.awaitLog("status=401")).contains("invalid Authorization header");
            assertThat(status(site, "/private")).isEqualTo(401); // asks for the password, and is no attempt
            assertThat(Scrape.of(site.uri("/metrics")).value(rejected)).isEqualTo(after.value(rejected));
        }
    }

    @Test
    void slow_reader_is_counted_by_policy() throws Exception {
        String lost = "sprocket_events_lost_total{policy=\"drop-newest\",reason=\"slow-reader\"}";
        String[] lines = MetricsSite.configuration("topics.\"*\".overflow = drop-newest");
        try (Site site = Site.start(lines);
                Socket reader = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
            double before = Scrape.of(site.uri("/metrics")).value(lost);
            reader.getOutputStream()
                    .write("GET /events?topic=news HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(US_ASCII));
            Topic news = site.server().topics().topic("news");
            while (news.size() == 0) {
                Thread.sleep(10);
            }
            Event large = Event.of("x".repeat(100_000));
            while (Scrape.of(site.uri("/metrics")).value(lost) == before) {
                for (int i = 0; i < 20; i++) {
                    news.broadcast(large);
                }
            }
            Scrape after = Scrape.of(site.uri("/metrics"));
            assertThat(after.value("sprocket_pending_bytes")).isPositive();
            assertThat(after.value("sprocket_connections_slow")).isEqualTo(1);
            assertThat(site.awaitLog("slow reader, messages dropped")).contains("policy=DROP_NEWEST");
        }
    }

    @Test
    void absent_session_store_is_counted() throws Exception {
        String failed = "sprocket_session_reads_total{result=\"failed\",store=\"redis\"}";
        int closed;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = free.getLocalPort();
        }
        try (Site site = Site.start(MetricsSite.configuration("listeners.web.routes += { path = /account,"
                + " layers = [{ session { required = on, store-timeout = 500ms, store = { redis { uri ="
                + " \"redis://127.0.0.1:" + closed + "\" } } } }], component = metrics }"))) {
            double before = Scrape.of(site.uri("/metrics")).value(failed);
            assertThat(status(site, "/account", "Cookie", "PHPSESSID=abcdefghijklmnopqrstuvwxyz"))
                    .isEqualTo(503);
            Scrape.await(site.uri("/metrics"), failed, before + 1);
            site.awaitLog("session store not readable");
        }
    }

    @Test
    void expiring_certificate_is_seen_in_advance(@TempDir Path folder) throws Exception {
        RequiredPrograms.require("openssl");
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "5",
                        "-subj",
                        "/CN=localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .start();
        openssl.getInputStream().readAllBytes();
        assertThat(openssl.waitFor()).isZero();
        try (Site site = MetricsSite.start("listeners.secure { address = \"127.0.0.1:0\", component = echo, tls {"
                + " certificate = \"" + certificate + "\", key = \"" + key + "\" } }")) {
            double seconds = Scrape.of(site.uri("/metrics")).value("sprocket_tls_certificate_expiry_seconds");
            assertThat(seconds).isPositive().isLessThan(Duration.ofDays(6).toSeconds());
            assertThat(site.awaitLog("TLS certificate loaded")).contains("notAfter=");
        }
    }

    @Test
    void failed_reload_is_counted() throws Exception {
        String failed = "sprocket_reloads_total{result=\"failure\"}";
        String succeeded = "sprocket_reloads_total{result=\"success\"}";
        try (Site site = MetricsSite.start()) {
            Scrape before = Scrape.of(site.uri("/metrics"));
            assertThatThrownBy(() -> site.reload("listeners.web { addres = 1 }"))
                    .isInstanceOf(ConfigurationException.class);
            site.reload(MetricsSite.configuration());
            Scrape after = Scrape.of(site.uri("/metrics"));
            assertThat(after.value(failed) - before.value(failed)).isEqualTo(1);
            assertThat(after.value(succeeded) - before.value(succeeded)).isEqualTo(1);
        }
    }
}
