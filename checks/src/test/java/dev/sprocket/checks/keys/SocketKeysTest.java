package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.BRIDGES;
import static dev.sprocket.checks.keys.Key.ECHO;
import static dev.sprocket.checks.keys.Key.IP_FILTER;
import static dev.sprocket.checks.keys.Key.IP_FILTER_DENY;
import static dev.sprocket.checks.keys.Key.LISTENER_ADDRESS;
import static dev.sprocket.checks.keys.Key.LISTENER_COMPONENT;
import static dev.sprocket.checks.keys.Key.LISTENER_LAYERS;
import static dev.sprocket.checks.keys.Key.LISTENER_MODE;
import static dev.sprocket.checks.keys.Key.LISTENER_ROUTES;
import static dev.sprocket.checks.keys.Key.LISTENER_TLS;
import static dev.sprocket.checks.keys.Key.TLS_CERTIFICATE;
import static dev.sprocket.checks.keys.Key.TLS_PASSPHRASE;
import static dev.sprocket.checks.keys.Key.TRUSTED_PROXIES;
import static dev.sprocket.checks.keys.Key.TRUSTED_PROXIES_PROXIES;
import static dev.sprocket.checks.keys.Key.WS;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of the socket of a listener. */
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
                .endsWith(pem + ": encrypted private key (expected: a passphrase)");
        assertThat(Site.problems(tls(pem, TLS_PASSPHRASE.is("shut"))))
                .singleElement()
                .asString()
                .endsWith(pem + ": wrong passphrase");
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

    @Test
    @Row(LISTENER_MODE)
    void mode_is_the_permissions_of_the_socket_file() throws Exception {
        Path socket = folder.resolve("site.sock");
        String[] base = {
            LISTENER_ADDRESS.text("unix:" + socket), LISTENER_ROUTES.is("[" + route("/echo", ECHO, WS) + "]")
        };
        try (Site site = Site.start(listener("web", base[0], base[1], LISTENER_MODE.is("0666")))) {
            assertThat(site.server().addresses("web")).containsExactly(UnixDomainSocketAddress.of(socket));
            assertThat(Site.run("stat", "--format=%a %F", socket.toString())).isEqualTo("666 socket\n");
            assertThat(Site.run("curl", "-sS", "--unix-socket", socket.toString(), "http://localhost/health"))
                    .isEqualTo("{\"status\":\"up\"}\n");
        }
        try (Site site = Site.start(listener("web", base[0], base[1], LISTENER_MODE.is("660")))) {
            assertThat(Site.run("stat", "--format=%a %F", socket.toString())).isEqualTo("660 socket\n");
        }
        assertThat(socket).doesNotExist();
        assertThat(Site.problems(listener("web", base[0], base[1], LISTENER_MODE.is("0999"))))
                .singleElement()
                .asString()
                .endsWith("mode: 0999 (expected: three octal digits, such as 0660)");
        assertThat(Site.problems(listener("web", base[1], LISTENER_MODE.is("0660"))))
                .singleElement()
                .asString()
                .endsWith("listener web: mode without a Unix domain socket (expected: address = unix:/path)");
    }

    @Test
    void proxies_trust_unix_sockets() throws Exception {
        assertThat(forbidden(TRUSTED_PROXIES.toString())).isTrue();
        assertThat(forbidden(TRUSTED_PROXIES.with(TRUSTED_PROXIES_PROXIES.texts("unix"))))
                .isTrue();
        assertThat(forbidden(TRUSTED_PROXIES.with(TRUSTED_PROXIES_PROXIES.texts("127.0.0.1"))))
                .isFalse();
    }

    /** Reports whether a filter rejects the client address in a PROXY header. */
    private boolean forbidden(String proxies) throws Exception {
        Path socket = folder.resolve("proxied.sock");
        String filter = IP_FILTER.with(IP_FILTER_DENY.texts("203.0.113.9"));
        try (Site site = Site.start(listener(
                "web",
                LISTENER_ADDRESS.text("unix:" + socket),
                LISTENER_ROUTES.is("[" + route("/echo", ECHO, proxies, filter, WS) + "]")))) {
            String status = Site.run(
                    "curl",
                    "-sS",
                    "-o",
                    "/dev/null",
                    "-w",
                    "%{http_code}",
                    "-H",
                    "X-Forwarded-For: 203.0.113.9, unix:",
                    "--unix-socket",
                    socket.toString(),
                    "http://localhost/echo");
            assertThat(status).isIn("403", "426");
            return status.equals("403");
        }
    }

    @Test
    void bridges_and_listeners_on_one_port_are_reported_together() throws Exception {
        assertThat(Site.problems(
                        listener(
                                "web",
                                LISTENER_ADDRESS.text("0.0.0.0:1"),
                                LISTENER_LAYERS.is("[lines]"),
                                LISTENER_COMPONENT.is(ECHO)),
                        BRIDGES.named("http", "port = 1"),
                        BRIDGES.named("tcp", "port = 2"),
                        BRIDGES.named("zmq", "port = 2"),
                        BRIDGES.named("other", "type = zmq", "connect = [\"127.0.0.1:2\"]")))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem)
                        .endsWith("bridge http: 127.0.0.1:1 is already used by listener web with 0.0.0.0:1"
                                + " (expected: another port)"))
                .anySatisfy(problem -> assertThat(problem)
                        .matches(".*bridge (tcp|zmq): 127.0.0.1:2 is already used by bridge (tcp|zmq)"
                                + " \\(expected: another port\\)"));
    }
}
