package dev.sprocket.checks;

import static dev.sprocket.checks.Key.ECHO;
import static dev.sprocket.checks.Key.LISTENER_COMPONENT;
import static dev.sprocket.checks.Key.LISTENER_LAYERS;
import static dev.sprocket.checks.Key.LISTENER_TLS;
import static dev.sprocket.checks.Key.TLS_CERTIFICATE;
import static dev.sprocket.checks.Key.TLS_PASSPHRASE;
import static dev.sprocket.checks.Site.listener;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of a listener's socket. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SocketKeysTest {
    @TempDir
    Path folder;

    private Path pem() throws Exception {
        Path pem = folder.resolve("localhost.pem");
        try (InputStream in = SocketKeysTest.class.getResourceAsStream("localhost.pem")) {
            Files.copy(in, pem);
        }
        return pem;
    }

    private static String tls(Path pem, String... more) {
        String[] settings = new String[more.length + 1];
        settings[0] = TLS_CERTIFICATE.text(pem.toString());
        System.arraycopy(more, 0, settings, 1, more.length);
        return listener(
                "web", LISTENER_TLS.object(settings), LISTENER_LAYERS.is("[lines]"), LISTENER_COMPONENT.is(ECHO));
    }

    @Test
    @Row(TLS_PASSPHRASE)
    void passphrase_opens_the_key_for_openssl() throws Exception {
        Path pem = pem();
        assertThat(Site.problems(tls(pem)))
                .singleElement()
                .asString()
                .endsWith(pem + ": encrypted (expected: a passphrase for it)");
        assertThat(Site.problems(tls(pem, TLS_PASSPHRASE.is("shut"))))
                .singleElement()
                .asString()
                .endsWith(pem + ": the passphrase does not open it");
        try (Site site = Site.start(tls(pem, TLS_PASSPHRASE.is("open")))) {
            assertThat(Site.run(
                            "openssl",
                            "s_client",
                            "-connect",
                            "127.0.0.1:" + site.port(),
                            "-servername",
                            "localhost",
                            "-verify_return_error",
                            "-CAfile",
                            pem.toString()))
                    .contains("Verify return code: 0 (ok)");
        }
    }
}
