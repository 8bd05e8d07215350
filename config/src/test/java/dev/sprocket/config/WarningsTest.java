package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WarningsTest {
    @TempDir
    Path folder;

    private List<String> warnings(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("site.conf"), text);
        ConfiguredServer server = ConfiguredServer.of(file);
        try {
            return server.warnings();
        } finally {
            server.close(Duration.ZERO);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listeners.a { component = echo, health = off } | health has no effect without routes",
                "listeners.a { component = echo, proxies = [127.0.0.1] } | proxies has no effect with proxy-protocol",
                "listeners.a { component = echo }, topic-field = t | topic-field has no effect without a bridge",
                "listeners.a { component = rawsocket } | rawsocket: no route has the layer wamp",
                "listeners.a { component = echo, layers = [limiter] } | layer limiter: limits nothing",
                "listeners.a { component = echo, layers = [{ limiter { max-connections = 5, on-excess = close } }] }"
                        + " | on-excess has no effect without messages-per-second",
                "listeners.a { component = echo, layers = [ip-filter] } | layer ip-filter: accepts every address",
                "listeners.a { component = echo, layers = [http, { ws { ping-interval = 0s, pong-timeout = 5s } }] }"
                        + " | pong-timeout has no effect with ping-interval = 0s",
                "listeners.a { component = echo, layers = [http, { ws { compression-threshold = 5 } }] }"
                        + " | compression-threshold has no effect without compression = on",
                "topics {}, listeners.a { component = pubsub, layers = [http, ws, { wamp { allow-anonymous = on } }] }"
                        + " | allow-anonymous has no effect without users",
                "listeners.a { component = echo, layers = [http, basic-auth, ws] } | layer basic-auth: no users",
                "listeners.a { component = echo, layers = [http, { bearer-auth"
                        + " { users = [{ user = ann, token = short }] } }, ws] } | token: shorter than 16 characters",
                "listeners.a { component = echo, layers = [http, session, ws] } | layer session: the default store",
            })
    void unintended_setting_is_warned_of_with_line(String config, String expected) throws IOException {
        assertThat(warnings(config)).singleElement().asString().startsWith("site.conf:1: " + expected);
    }
}
