package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sprocket.core.tls.Tls;
import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys below {@code tls}, as a client of the JDK observes them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@ParameterizedClass
@ValueSource(strings = {"jdk", "openssl"})
class TlsConfigurationTest {
    @Parameter
    String provider;

    @TempDir
    Path folder;

    private Path pem;

    @BeforeEach
    void writePem() throws Exception {
        pem = folder.resolve("localhost.pem");
        try (InputStream in = TlsConfigurationTest.class.getResourceAsStream("localhost.pem")) {
            Files.copy(in, pem);
        }
        requireProvider();
    }

    /** Skips the tests, or fails them with {@code -Dmissing=fail}, if the provider is not there. */
    private void requireProvider() throws IOException {
        if (provider.equals("openssl")
                && Tls.builder().pem(pem, pem, "open").build().provider() != Tls.Provider.OPENSSL) {
            assertThat(System.getProperty("missing")).as("missing: OpenSSL").isNotEqualTo("fail");
            abort("missing: OpenSSL");
        }
    }

    private Path file(String tls) throws Exception {
        return Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web {\n address = \"127.0.0.1:0\"\n tls {\n  certificate = \"" + pem + "\", provider = "
                        + provider + "\n" + tls
                        + "\n }\n routes = [{ path = /e, layers = [ws], component = echo }]\n}\n");
    }

    private SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        String text = Files.readString(pem);
        trusted.setCertificateEntry(
                "server",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new java.io.ByteArrayInputStream(
                                text.substring(text.indexOf("-----BEGIN CERT")).getBytes())));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static int port(ConfiguredServer server) {
        return ((InetSocketAddress) server.address("web")).getPort();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void clients_with_alpn_are_served(Version version) throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file("  passphrase = open"))) {
            server.start();
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(trusting())
                    .build();

            var response = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + port(server) + "/health"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(version);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, TLSv1.2", "TLSv1.2, TLSv1.3"})
    void serves_configured_tls_versions_only(String served, String refused) throws Exception {
        try (ConfiguredServer server =
                ConfiguredServer.of(file("  passphrase = open, protocols = \"" + served + "\""))) {
            server.start();

            assertThat(handshake(server, served)).isEqualTo(served);
            assertThatThrownBy(() -> handshake(server, refused)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void both_versions_are_served_by_default() throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file("  passphrase = open"))) {
            server.start();

            assertThat(handshake(server, "TLSv1.3")).isEqualTo("TLSv1.3");
            assertThat(handshake(server, "TLSv1.2")).isEqualTo("TLSv1.2");
        }
    }

    private String handshake(ConfiguredServer server, String version) throws Exception {
        try (SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("localhost", port(server))) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            return socket.getSession().getProtocol();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "passphrase = open, protocols = [TLSv9]"
                        + " | site.conf:5: protocols: TLSv9 (expected: TLSv1.3, TLSv1.2)",
                "passphrase = open, protocols = [h2, \"http/1.1\"]"
                        + " | site.conf:5: protocols: h2 (expected: TLSv1.3, TLSv1.2)",
                "passphrase = open, protocols = []" + " | site.conf:5: protocols: none (expected: one or more)",
                "passphrase = \"${KEY}\" | site.conf:5: passphrase: ${KEY} in quotes is literal text (expected: ${KEY}"
                        + " without quotes)",
                "passphrase = shut | site.conf:3: listener web: PEM: wrong passphrase",
                " | site.conf:3: listener web: PEM: encrypted private key (expected: a passphrase)",
                "key = /nowhere | site.conf:3: listener web: /nowhere: no such file"
            })
    void wrong_value_is_reported_with_its_line(String tls, String expected) throws Exception {
        Path file = file(tls == null ? "" : tls);

        assertThat(catchThrowableOfType(ConfigurationException.class, () -> ConfiguredServer.of(file))
                        .errors())
                .first()
                .isEqualTo(expected.replace("PEM", pem.toString()));
    }

    @Test
    void passphrase_never_appears_in_messages() throws Exception {
        Path file = file("  passphrase = hush-hush");

        assertThat(catchThrowableOfType(ConfigurationException.class, () -> ConfiguredServer.of(file))
                        .errors())
                .isEqualTo(List.of("site.conf:3: listener web: " + pem + ": wrong passphrase"));
    }
}
