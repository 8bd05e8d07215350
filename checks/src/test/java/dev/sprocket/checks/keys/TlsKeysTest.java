package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
}
