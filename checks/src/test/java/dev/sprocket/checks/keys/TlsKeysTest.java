package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import io.netty.handler.ssl.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of {@code tls}, with curl and openssl. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class TlsKeysTest {
    @TempDir
    Path folder;

    private Path certificate;
    private Path key;

    @BeforeEach
    void identity() throws Exception {
        certificate = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
        Site.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
    }

    private String secure(String... more) {
        String[] all = java.util.Arrays.copyOf(more, more.length + 2);
        all[more.length] = TLS_CERTIFICATE.text(certificate.toString());
        all[more.length + 1] = TLS_KEY.text(key.toString());
        return listener(
                "web",
                LISTENER_TLS.object(all),
                LISTENER_ROUTES.is("[" + route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"))) + "]"));
    }

    private String curl(Site site, String... options) throws Exception {
        String[] all = new String[options.length + 9];
        all[0] = "curl";
        System.arraycopy(options, 0, all, 1, options.length);
        int at = options.length;
        for (String one : new String[] {
            "-sS",
            "--cacert",
            certificate.toString(),
            "--resolve",
            "localhost:" + site.port() + ":127.0.0.1",
            "-w",
            "%{http_version}",
            "https://localhost:" + site.port() + "/health"
        }) {
            all[++at] = one;
        }
        return Site.run(all);
    }

    @Test
    @Row({TLS_CERTIFICATE, TLS_KEY})
    void certificate_and_key_serve_curl_over_http1_and_http2() throws Exception {
        try (Site site = Site.start(secure())) {
            assertThat(curl(site, "--http2")).isEqualTo("{\"status\":\"up\"}\n2");
            assertThat(curl(site, "--http1.1")).isEqualTo("{\"status\":\"up\"}\n1.1");
            assertThat(curl(site, "--no-alpn")).startsWith("{\"status\":\"up\"}\n1.1");
        }
    }

    /** Returns the TLS version that openssl negotiates: {@code TLSv1.3}, or nothing. */
    private static boolean agrees(Site site, String option) throws Exception {
        String printed = Site.run(
                "bash",
                "-c",
                "openssl s_client " + option + " -connect 127.0.0.1:" + site.port() + " </dev/null 2>&1 || true");
        return printed.contains("Cipher is ") && !printed.contains("Cipher is (NONE)");
    }

    @Test
    @Row(TLS_PROTOCOLS)
    void protocols_limits_tls_versions() throws Exception {
        try (Site site = Site.start(secure())) {
            assertThat(agrees(site, "-tls1_3")).isTrue();
            assertThat(agrees(site, "-tls1_2")).isTrue();
            assertThat(agrees(site, "-tls1_1 -cipher DEFAULT@SECLEVEL=0")).isFalse();
        }
        try (Site site = Site.start(secure(TLS_PROTOCOLS.texts("TLSv1.3")))) {
            assertThat(agrees(site, "-tls1_3")).isTrue();
            assertThat(agrees(site, "-tls1_2")).isFalse();
        }
        assertThat(Site.problems(secure(TLS_PROTOCOLS.texts("TLSv9"))))
                .singleElement()
                .asString()
                .contains("TLSv9");
    }

    /** Prints of one connection of openssl, which sends a request and reads the response. */
    private static String request(Site site, String options) throws Exception {
        return Site.run(
                "bash",
                "-c",
                "printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'"
                        + " | openssl s_client -ign_eof -connect 127.0.0.1:" + site.port() + " " + options
                        + " 2>&1 || true");
    }

    private static int tickets(String printed) {
        return printed.split("Post-Handshake New Session Ticket arrived", -1).length - 1;
    }

    private static void requireOpenSsl() {
        if (!OpenSsl.isAvailable()) {
            RequiredPrograms.skipOrFail("netty-tcnative");
        }
    }

    @Test
    @Row(TLS_PROVIDER)
    void provider_selects_the_implementation() throws Exception {
        requireOpenSsl();
        try (Site site = Site.start(secure(TLS_PROVIDER.is("openssl")))) {
            site.awaitLog("tls=openssl");
            assertThat(tickets(request(site, "-tls1_3"))).isEqualTo(2);
        }
        try (Site site = Site.start(secure(TLS_PROVIDER.is("jdk")))) {
            site.awaitLog("tls=jdk");
            assertThat(tickets(request(site, "-tls1_3"))).isEqualTo(1);
        }
        try (Site site = Site.start(secure())) {
            site.awaitLog("tls=openssl");
        }
    }

    @ParameterizedTest
    @CsvSource({"openssl, -tls1_3", "openssl, -tls1_2", "jdk, -tls1_3", "jdk, -tls1_2"})
    void openssl_resumes_sessions_by_tickets(String provider, String version) throws Exception {
        requireOpenSsl();
        Path session = folder.resolve("session.pem");
        try (Site site = Site.start(secure(TLS_PROVIDER.is(provider)))) {
            assertThat(request(site, version + " -sess_out " + session))
                    .contains("New, TLS")
                    .contains("{\"status\":\"up\"}");
            assertThat(request(site, version + " -sess_in " + session))
                    .contains("Reused, TLS")
                    .contains("{\"status\":\"up\"}");
        }
    }

    @Test
    @Row(TLS_TICKET_ROTATION)
    void ticket_rotation_forgets_keys_after_three_periods() throws Exception {
        requireOpenSsl();
        Path session = folder.resolve("session.pem");
        for (String version : List.of("-tls1_3", "-tls1_2")) {
            try (Site site = Site.start(secure(TLS_TICKET_ROTATION.is("1h")))) {
                request(site, version + " -sess_out " + session);
                assertThat(request(site, version + " -sess_in " + session)).contains("Reused, TLS");
            }
            try (Site site = Site.start(secure(TLS_TICKET_ROTATION.is("1ms")))) {
                request(site, version + " -sess_out " + session);
                assertThat(request(site, version + " -sess_in " + session))
                        .contains("New, TLS")
                        .contains("{\"status\":\"up\"}");
            }
        }
        assertThat(Site.problems(secure(TLS_TICKET_ROTATION.is("1h"), TLS_PROVIDER.is("jdk"))))
                .singleElement()
                .asString()
                .endsWith("listener web: rotation of ticket keys: requires TLS by OpenSSL, which is not available:"
                        + " provider jdk");
        assertThat(Site.problems(secure(TLS_TICKET_ROTATION.is("0s"))))
                .singleElement()
                .asString()
                .contains("ticket rotation: PT0S (expected: > 0");
    }

    @Test
    @Row(TLS_OCSP_RESPONSE)
    void ocsp_response_is_stapled_and_reloaded() throws Exception {
        requireOpenSsl();
        Path response = folder.resolve("response.der");
        certify();
        ocspResponse(response);

        try (Site site = Site.start(secure(TLS_OCSP_RESPONSE.text(response.toString())))) {
            for (String version : List.of("-tls1_3 -status", "-tls1_2 -status")) {
                assertThat(request(site, version))
                        .contains("OCSP Response Status: successful (0x0)")
                        .contains("Cert Status: good");
            }
            assertThat(request(site, "")).doesNotContain("OCSP");

            index("R", "200101000000Z");
            ocspResponse(response);
            site.reload(secure(TLS_OCSP_RESPONSE.text(response.toString())));
            site.awaitLog("OCSP response not stapled: file=" + response + " reason=\"certificate revoked\"");
            assertThat(request(site, "-status")).contains("OCSP response: no response sent");

            index("V", "");
            ocspResponse(response);
            site.reload(secure(TLS_OCSP_RESPONSE.text(response.toString())));
            assertThat(request(site, "-status")).contains("Cert Status: good");
        }
        identity();
        try (Site site = Site.start(secure(TLS_OCSP_RESPONSE.text(response.toString())))) {
            site.awaitLog("OCSP response not stapled: file=" + response + " reason=\"not for this certificate\"");
            assertThat(request(site, "-status")).contains("OCSP response: no response sent");
        }
        assertThat(Site.problems(secure(TLS_OCSP_RESPONSE.text(response.toString()), TLS_PROVIDER.is("jdk"))))
                .singleElement()
                .asString()
                .endsWith("listener web: OCSP response: requires TLS by OpenSSL, which is not available: provider jdk");
        assertThat(Site.problems(secure(TLS_OCSP_RESPONSE.text(key.toString()))))
                .singleElement()
                .asString()
                .endsWith(key + ": unknown structure (expected: an OCSP response in DER)");
    }

    /** Replaces the certificate with one of an authority. */
    private void certify() throws Exception {
        Site.run(
                "bash",
                "-c",
                "cd " + folder + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj"
                        + " /CN=authority -keyout authority.key -out authority.pem 2>&1 && openssl req -newkey"
                        + " ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout key.pem"
                        + " -out request.pem 2>&1 && openssl x509 -req -in request.pem -CA authority.pem -CAkey"
                        + " authority.key -set_serial 4660 -days 2 -out cert.pem 2>&1");
        index("V", "");
    }

    /** Writes what the authority states of the certificate: {@code V} for valid, {@code R} for revoked. */
    private void index(String status, String revoked) throws Exception {
        Files.writeString(
                folder.resolve("index.txt"),
                String.join("\t", status, "991231235959Z", revoked, "1234", "unknown", "/CN=localhost") + "\n");
    }

    private void ocspResponse(Path file) throws Exception {
        Site.run(
                "bash",
                "-c",
                "cd " + folder + " && openssl ocsp -index index.txt -CA authority.pem -rsigner authority.pem"
                        + " -rkey authority.key -issuer authority.pem -cert cert.pem -ndays 1 -respout " + file
                        + " 2>&1");
    }
}
