package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions from a configuration. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class SessionServicesTest {
    @TempDir
    Path folder;

    private Path file(String session) throws IOException {
        return Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web {\n address = \"127.0.0.1:0\"\n routes = [{ path = \"/\", layers = [{ session {"
                        + " required = on, " + session + " } }], component { files { directory = \"" + folder
                        + "\" } } }]\n}\n");
    }

    private int status(String session, String cookie) throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file(session))) {
            server.start();
            InetSocketAddress at = (InetSocketAddress) server.address("web");
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(("GET /page.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: " + cookie
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return Integer.parseInt(response.substring(9, 12));
            }
        }
    }

    @Test
    void php_files_require_only_a_save_path() throws Exception {
        Files.writeString(folder.resolve("page.txt"), "page");
        Files.writeString(folder.resolve("sess_abc"), "user|s:3:\"Ann\";");
        String files = "store { php-files { save-path = \"" + folder + "\" } }";
        assertThat(status(files, "PHPSESSID=abc")).isEqualTo(200);
        assertThat(status(files, "PHPSESSID=abd")).isEqualTo(401);
        assertThat(status(files + ", codec = php-serialize", "PHPSESSID=abc"))
                .as("not in that format")
                .isEqualTo(401);
    }

    @Test
    void signed_cookie_requires_a_secret() throws Exception {
        Files.writeString(folder.resolve("page.txt"), "page");
        String session =
                "store = cookie, codec = json, token { cookie-session { secrets = [\"newest\", \"new key\"] } }";
        // npm cookie-session 2.1
        String cookie = "session=eyJ1c2VyIjoiWm/DqyIsImlkIjo3fQ==; session.sig=64qJvSQMlO_Zwbzxg0xXq39hIPw";
        assertThat(status(session, cookie)).isEqualTo(200);
        assertThat(status(session, cookie.replace("64q", "65q"))).isEqualTo(401);
        assertThat(status("store = cookie, codec = json, token { cookie { name = session } }", "session=.%7B%7D"))
                .as("verified by nobody")
                .isEqualTo(401);
    }

    @Test
    void errors_of_services_are_reported() throws Exception {
        assertThat(problems("store { php-files { save-path = /no/such } }"))
                .singleElement()
                .asString()
                .contains("/no/such");
        assertThat(problems("store = cookie, codec = json, token = rails"))
                .singleElement()
                .asString()
                .contains("no secret");
        assertThat(problems("store = cookie, codec = jason"))
                .singleElement()
                .asString()
                .contains("json");
    }

    private List<String> problems(String session) throws IOException {
        Path file = file(session);
        return catchThrowableOfType(ConfigurationException.class, () -> ConfiguredServer.of(file))
                .errors();
    }
}
