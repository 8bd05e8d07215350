package dev.sprocket.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Client;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.text.Lines;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Resumption by tickets, with a client of the JDK. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@ParameterizedClass
@CsvSource({"JDK, TLSv1.3", "JDK, TLSv1.2", "OPENSSL, TLSv1.3", "OPENSSL, TLSv1.2"})
class TicketsTest {
    private static final MessageComponent<Connection, Message> DESCRIBE_CLIENT =
            (from, line) -> from.send(Tls.peerCertificate(from)
                    .map(own -> own.getSubjectX500Principal().getName())
                    .orElse("-"));

    @Parameter(0)
    Tls.Provider provider;

    @Parameter(1)
    String version;

    @TempDir
    Path folder;

    private final TestCertificate one = TestCertificate.named("one");
    private final TestCertificate own = TestCertificate.named("client");
    private final AtomicInteger fullHandshakes = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong(-1_000_000_000_000L);
    private final List<IoServer> servers = new ArrayList<>();
    private SSLContext client;

    @BeforeEach
    void createClient() throws Exception {
        TestCertificate.requireProvider(provider);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own.store, TestCertificate.PASSWORD.toCharArray());
        client = SSLContext.getInstance("TLS");
        client.init(keys.getKeyManagers(), new TrustManager[] {new CountingTrust()}, new SecureRandom());
    }

    @AfterEach
    void close() {
        servers.forEach(IoServer::close);
    }

    /** Counts the certificates of servers; a resumed handshake has none. */
    private final class CountingTrust implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            fullHandshakes.incrementAndGet();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private Tls.Builder builder() throws Exception {
        return one.builder(folder, provider).versions(version).clock(clock::get);
    }

    private IoServer serve(Tls tls) throws IOException {
        return serve(tls, 0);
    }

    private IoServer serve(Tls tls, int port) throws IOException {
        IoServer server =
                IoServer.builder(new Lines(DESCRIBE_CLIENT)).bind(port).tls(tls).build();
        servers.add(server);
        server.start();
        return server;
    }

    /** Exchanges one line, after which the client has a ticket. */
    @CanIgnoreReturnValue
    private String connect(IoServer server) throws Exception {
        Socket plain = new Socket();
        plain.connect(server.address(), 10_000);
        try (SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true)) {
            socket.setSoTimeout(10_000);
            return Client.of(socket).send("?\n").readLine();
        }
    }

    /** Replaces a server on its port; the client's sessions belong to an address. */
    private IoServer replace(IoServer server, Tls tls) throws IOException {
        int port = ((InetSocketAddress) server.address()).getPort();
        server.close();
        return serve(tls, port);
    }

    @Test
    void ticket_resumes_on_all_servers_of_one_tls() throws Exception {
        Tls tls = builder().build();
        IoServer server = serve(tls);
        for (int i = 0; i < 5; i++) {
            connect(server);
        }

        connect(replace(server, tls));

        assertThat(fullHandshakes).hasValue(1);
    }

    @Test
    void ticket_of_another_tls_needs_full_handshake() throws Exception {
        IoServer server = serve(builder().build());
        connect(server);

        connect(replace(server, builder().build()));

        assertThat(fullHandshakes).hasValue(2);
    }

    @Test
    void reload_keeps_ticket_keys() throws Exception {
        Tls tls = builder().build();
        IoServer server = serve(tls);
        connect(server);
        TestCertificate two = TestCertificate.named("two");
        two.writeChain(folder.resolve("chain.pem"));
        two.writeKey(folder.resolve("key.pem"));

        tls.reload();
        connect(server);

        assertThat(fullHandshakes).hasValue(1);
    }

    @Test
    void reload_of_client_roots_needs_full_handshake() throws Exception {
        Path roots = own.writeChain(folder.resolve("roots.pem"));
        Tls tls = builder().optionalClientCertificates(roots).build();
        IoServer server = serve(tls);
        assertThat(connect(server)).isEqualTo("CN=client");
        assertThat(connect(server)).isEqualTo("CN=client");
        assertThat(fullHandshakes).hasValue(1);

        TestCertificate.named("two").writeChain(roots);
        tls.reload();
        // the client has no certificate that these roots issued
        assertThat(connect(server)).isEqualTo("-");

        assertThat(fullHandshakes).hasValue(2);
    }

    @Test
    void two_former_keys_open_tickets_older_ones_do_not() throws Exception {
        assumeThat(provider).as("the JDK rotates keys by itself").isEqualTo(Tls.Provider.OPENSSL);
        Duration period = Duration.ofHours(1);
        IoServer server = serve(builder().ticketRotation(period).build());
        connect(server);

        clock.addAndGet(period.toNanos() * 2);
        connect(server);
        assertThat(fullHandshakes).hasValue(1);

        clock.addAndGet(period.toNanos() * 3);
        connect(server);
        assertThat(fullHandshakes).hasValue(2);
    }
}
