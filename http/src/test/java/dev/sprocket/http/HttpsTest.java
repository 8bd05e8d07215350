package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.files.StaticFiles;
import dev.sprocket.http.route.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP over TLS, with the client of the JDK. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpsTest {
    private static final String PASSWORD = "secret";

    @TempDir
    Path temp;

    private Path store() throws Exception {
        Path file = temp.resolve("store.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder((keytool
                                + " -genkeypair -alias a -keyalg EC -dname CN=localhost -ext"
                                + " san=dns:localhost,ip:127.0.0.1 -validity 2"
                                + " -storetype"
                                + " PKCS12"
                                + " -storepass"
                                + " " + PASSWORD + " -keystore " + file)
                        .split(" "))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return file;
    }

    private static HttpClient trusting(Path file, HttpClient.Version version) throws Exception {
        KeyStore serverStore = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("a", serverStore.getCertificate("a"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(version)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
    }

    /** Skips the test, or fails it with {@code -Dmissing=fail}, if the provider is not there. */
    private static void require(Tls.Provider provider, Path store) throws IOException {
        if (provider == Tls.Provider.OPENSSL && Tls.keyStore(store, PASSWORD).provider() != provider) {
            assertThat(System.getProperty("missing")).as("missing: OpenSSL").isNotEqualTo("fail");
            abort("missing: OpenSSL");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, JDK", "HTTP_2, JDK", "HTTP_1_1, OPENSSL", "HTTP_2, OPENSSL"})
    void serves_scheme_bodies_and_files_over_TLS(HttpClient.Version version, Tls.Provider provider) throws Exception {
        Path file = store();
        require(provider, file);
        String large = "0123456789abcdef".repeat(128 * 1024);
        Files.writeString(temp.resolve("large.txt"), large);
        Router router = new Router()
                .get(
                        "/scheme",
                        request -> HttpResponse.text(request.version() + " " + request.scheme() + " " + request.host()))
                .post("/echo", request -> HttpResponse.text(request.body().text()))
                .get("/files/{path*}", new StaticFiles(temp));
        try (IoServer server = IoServer.builder(new HttpServer(router))
                .bind("127.0.0.1", 0)
                .tls(Tls.builder().keyStore(file, PASSWORD).provider(provider).build())
                .build()) {
            server.start();
            HttpClient client = trusting(file, version);
            String base = "https://localhost:" + server.port();

            assertThat(get(client, base + "/scheme"))
                    .isEqualTo((version == HttpClient.Version.HTTP_2 ? "HTTP/2.0" : "HTTP/1.1") + " https localhost");
            assertThat(get(client, base + "/files/large.txt")).isEqualTo(large);
            String body = "x".repeat(300_000);
            assertThat(client.send(
                                    java.net.http.HttpRequest.newBuilder(URI.create(base + "/echo"))
                                            .timeout(Duration.ofSeconds(20))
                                            .expectContinue(true)
                                            .POST(BodyPublishers.ofString(body))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo(body);
        }
    }

    private static String get(HttpClient client, String uri) throws Exception {
        return client.send(
                        java.net.http.HttpRequest.newBuilder(URI.create(uri))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
