package dev.sprocket.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.leaktest.SelfSignedCertificate;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine over TLS; skipped if the {@code redis-server} of the PATH has none. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
@Timeout(120)
class RedisTlsTest {
    @TempDir
    Path folder;

    private Path certificate;
    private int port;
    private Process server;

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            SpinWait.once();
            Thread.sleep(1);
        }
    }

    private static String pem(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + type + "-----\n";
    }

    @BeforeEach
    void start() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = SelfSignedCertificate.PASSWORD.toCharArray();
        try (InputStream in =
                Files.newInputStream(SelfSignedCertificate.create(folder).store())) {
            store.load(in, password);
        }
        certificate = Files.writeString(
                folder.resolve("certificate.pem"),
                pem("CERTIFICATE", store.getCertificate("test").getEncoded()));
        Path key = Files.writeString(
                folder.resolve("key.pem"),
                pem("PRIVATE KEY", store.getKey("test", password).getEncoded()));
        port = TestRedis.freePort();
        String options = "--port 0 --tls-port " + port + " --tls-cert-file " + certificate + " --tls-key-file " + key
                + " --tls-ca-cert-file " + certificate + " --tls-auth-clients no --bind 127.0.0.1 --appendonly no";
        Path log = folder.resolve("redis.log");
        try {
            server = new ProcessBuilder(("redis-server " + options).split(" "))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            abort("missing: redis-server");
        }
        await(() -> !server.isAlive() || accepts());
        if (!server.isAlive()) {
            abort("missing: redis-server with TLS: " + Files.readString(log, StandardCharsets.UTF_8));
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    private RedisEngine.Builder engine() {
        return RedisEngine.builder("rediss://localhost:" + port).timeout(TestRedis.LONG);
    }

    @Test
    void own_authority_is_trusted() throws Exception {
        try (ClusterNode node = ClusterNode.builder(
                        engine().trustedCertificates(certificate).build())
                .name("a")
                .start()) {
            await(() -> node.state() == Engine.State.UP);
        }
    }

    @Test
    void unknown_authority_is_refused_with_the_reason() throws Exception {
        try (LogLines lines = LogLines.record(() -> {});
                ClusterNode node =
                        ClusterNode.builder(engine().build()).name("a").start()) {
            await(() -> !lines.containing("engine away: cause=").isEmpty());
            assertThat(lines.containing("engine away: cause="))
                    .first()
                    .asString()
                    .containsIgnoringCase("certification path");
            assertThat(node.state()).isEqualTo(Engine.State.AWAY);
        }
    }

    @Test
    void files_without_certificates_are_refused() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine().trustedCertificates(empty))
                .withMessageContaining("empty.pem (expected: PEM)");
        Path missing = folder.resolve("missing.pem");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine().trustedCertificates(missing))
                .withMessageContaining("missing.pem not readable (expected: PEM)");
        Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine().trustedCertificates(text))
                .withMessageContaining("text.pem");
    }
}
