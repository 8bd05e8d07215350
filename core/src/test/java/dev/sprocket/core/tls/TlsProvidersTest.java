package dev.sprocket.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Client;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.io.IoServer;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TlsProvidersTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "AUTO, EC, true, OPENSSL",
        "AUTO, RSA, true, OPENSSL",
        "AUTO, EdDSA, true, JDK",
        "AUTO, EC, false, JDK",
        "OPENSSL, EC, true, OPENSSL",
        "JDK, EC, true, JDK",
        "JDK, EdDSA, false, JDK"
    })
    void selects_openssl_where_it_can_be_used(Tls.Provider wanted, String key, boolean loads, Tls.Provider expected) {
        assertThat(new TlsProviders(wanted, List.of(), loads ? null : "no library").select(key))
                .isEqualTo(expected);
    }

    @Test
    void openssl_that_does_not_load_is_an_error() {
        assertThatThrownBy(() -> new TlsProviders(Tls.Provider.OPENSSL, List.of(), "no library").select("EC"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("TLS by OpenSSL is not available: no library (expected: netty-tcnative-boringssl-static on"
                        + " the class path, on Linux with glibc, x86_64 or aarch64)");
        assertThatThrownBy(() -> new TlsProviders(Tls.Provider.OPENSSL, List.of(), null).select("EdDSA"))
                .hasMessage("TLS by OpenSSL is not available: EdDSA key (expected: RSA or EC)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "JDK"})
    void options_of_openssl_are_errors_without_it(Tls.Provider wanted) {
        assertThatThrownBy(() -> new TlsProviders(wanted, List.of("OCSP response"), "no library").select("EC"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("OCSP response: requires TLS by OpenSSL, which is not available: "
                        + (wanted == Tls.Provider.JDK ? "provider jdk" : "no library"));
    }

    @Test
    void keys_that_openssl_lacks_are_served_by_the_jdk() throws Exception {
        TestCertificate edwards = TestCertificate.named("edwards", "Ed25519");
        try (var server = IoServer.builder(new EchoServer())
                .bind(0)
                .tls(edwards.tls(folder))
                .build()) {
            server.start();
            try (var socket = edwards.connect(server.address())) {
                assertThat(Client.of(socket).send("a").read(1)).isEqualTo("a");
            }
        }
        assertThat(edwards.tls(folder).provider()).isEqualTo(Tls.Provider.JDK);
    }

    @Test
    void ticket_keys_rotate_and_keep_two_former_ones() {
        TestCertificate.requireProvider(Tls.Provider.OPENSSL);
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
        TicketKeys keys = new TicketKeys(Duration.ofNanos(10), clock::get);
        List<OpenSslSessionTicketKey> first = keys.current();
        assertThat(first).hasSize(1);

        clock.addAndGet(9);
        assertThat(keys.current()).isSameAs(first);
        clock.addAndGet(1);
        assertThat(keys.current()).hasSize(2).last().isSameAs(first.get(0));
        clock.addAndGet(10);
        List<OpenSslSessionTicketKey> third = keys.current();
        assertThat(third).hasSize(3).last().isSameAs(first.get(0));
        clock.addAndGet(10);
        assertThat(keys.current()).hasSize(3).doesNotContain(first.get(0)).contains(third.get(0));
        clock.addAndGet(30);
        assertThat(keys.current()).hasSize(3).doesNotContainAnyElementsOf(third);
        assertThat(keys.ticketLifetime()).isEqualTo(Duration.ofNanos(20));
    }

    @Test
    void ocsp_response_is_stapled_only_while_valid() {
        Instant start = Instant.parse("2026-11-27T00:00:00Z");
        Instant end = start.plusSeconds(60);
        OcspResponse response = new OcspResponse(Path.of("ocsp.der"), new byte[0], null, start, end);

        assertThat(response.problemAt(start.minusSeconds(1))).isEqualTo("not valid before " + start);
        assertThat(response.problemAt(start)).isNull();
        assertThat(response.problemAt(end)).isNull();
        assertThat(response.problemAt(end.plusSeconds(1))).isEqualTo("expired at " + end);
        assertThat(new OcspResponse(Path.of("ocsp.der"), new byte[0], null, start, null).problemAt(end.plusSeconds(1)))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "3003", "30030a0106", "30050a0100a000", "308400ffffff", "ffffffffffffffffff"})
    void malformed_ocsp_response_is_rejected_or_unusable(String hex) throws Exception {
        Path file = Files.write(folder.resolve("ocsp.der"), HexFormat.of().parseHex(hex));
        List<X509Certificate> chain = List.of(TestCertificate.named("one").certificate);
        if (hex.equals("30030a0106")) {
            assertThat(OcspResponse.read(file, chain).problemAt(Instant.now())).isEqualTo("error of the responder: 6");
        } else {
            assertThatThrownBy(() -> OcspResponse.read(file, chain))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(" (expected: an OCSP response in DER)");
        }
    }
}
