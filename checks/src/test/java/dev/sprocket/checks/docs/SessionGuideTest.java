package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.token.SessionToken;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples and tables of the session guide. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SessionGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/sessions.md");

    @Test
    void configuration_sample_identifies_php_user(@TempDir Path folder) throws Exception {
        Matcher block = Pattern.compile("```hocon\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
        assertThat(block.find()).isTrue();
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                block.group(1).replace("/var/lib/php/sessions", folder.toString())
                        + "\nlisteners.web.address = \"127.0.0.1:0\"\n");
        Files.writeString(folder.resolve("sess_0123456789abcdefghijklmnop"), "username|s:3:\"ann\";");
        ConfiguredServer server = ConfiguredServer.of(file);
        server.start();
        LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        try {
            int port = ((InetSocketAddress) server.address("web")).getPort();
            WebSocket ann = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Cookie", "PHPSESSID=0123456789abcdefghijklmnop")
                    .header("Origin", "https://example.com")
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                            received.add(data.toString());
                            socket.request(1);
                            return null;
                        }
                    })
                    .get(20, TimeUnit.SECONDS);
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("* ann is here");
            ann.abort();
        } finally {
            server.close(Duration.ofSeconds(2));
        }
    }

    private static List<String> names(FactoryRegistry parts, Class<?> kind) {
        return parts.services(kind).stream().map(ServiceFactory::name).toList();
    }

    @Test
    void table_lists_every_store_codec_and_token() throws Exception {
        FactoryRegistry parts = Plugins.discover()
                .injector(binder -> {
                    binder.bind(EventLoops.class).toInstance(EventLoops.single());
                    binder.bind(Topics.class).toInstance(new Topics());
                })
                .getInstance(FactoryRegistry.class);
        String guide = Files.readString(GUIDE);
        List<String[]> rows = guide.lines()
                .filter(line -> line.startsWith("| ") && line.contains("`"))
                .map(line -> line.split("\\|"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(8);
        for (String[] row : rows) {
            assertThat(names(parts, SessionStore.class)).contains(firstWord(row[2]));
            assertThat(names(parts, SessionCodec.class)).contains(firstWord(row[3]));
            Matcher token = Pattern.compile("token = (?:\\{ )?([a-z0-9-]+)").matcher(row[4]);
            if (token.find()) {
                assertThat(names(parts, SessionToken.class)).contains(token.group(1));
            }
        }
        Stream.of(SessionStore.class, SessionCodec.class, SessionToken.class)
                .flatMap(kind -> names(parts, kind).stream())
                .forEach(name -> assertThat(guide).contains(name));
    }

    private static String firstWord(String cell) {
        Matcher code = Pattern.compile("`([a-z0-9-]+)").matcher(cell);
        assertThat(code.find()).as(cell).isTrue();
        return code.group(1);
    }
}
