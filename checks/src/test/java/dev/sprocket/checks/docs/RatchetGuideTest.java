package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.app.App;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.thread.SingleThreaded;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Samples and tables of the page for users of Ratchet. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RatchetGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/from-ratchet.md");
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("(?m)^\\|([^|]*)\\|([^|]*)\\|([^|]*)\\|$");
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z]+)(?:\\.([A-Za-z_]+))?`");

    static final class Chat implements MessageComponent<Connection, Message> {
        private final Map<Connection, Integer> clients = new HashMap<>();
        private int opened;

        @Override
        public void onOpen(Connection conn) {
            clients.put(conn, ++opened);
            System.out.println("connection " + opened + " from " + conn.remoteAddress());
        }

        @Override
        public void onMessage(Connection from, Message message) {
            clients.keySet().stream().filter(client -> client != from).forEach(client -> client.send(message));
        }

        @Override
        public void onClose(Connection conn) {
            clients.remove(conn);
        }

        @Override
        public void onError(Connection conn, Throwable cause) {
            conn.close();
        }
    }

    @Test
    void chat_forwards_messages_to_other_clients() {
        Chat chat = new Chat();
        WsPeer ann = WsPeer.to(chat);
        WsPeer bob = WsPeer.to(chat);
        ann.send("hello").receivesNothingElse();
        bob.receives("hello").receivesNothingElse();
    }

    @Test
    void both_stacks_are_accepted() {
        IoServer byHand =
                new IoServer(8080, new HttpServer(new WsServer(new SingleThreaded<Connection, Message>(new Chat()))));
        App byApp = App.listen(8080).route("/chat", new Chat());
        assertThat(byHand).isNotNull();
        assertThat(byApp.endpoints()).isEmpty();
    }

    @Test
    void guide_shows_this_code() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/sprocket/checks/docs/RatchetGuideTest.java"));
        List<String> shown = JAVA.matcher(Files.readString(GUIDE))
                .results()
                .map(sample -> sample.group(1))
                .toList();
        assertThat(shown).hasSize(2);
        assertThat(source.replaceAll("(?m)^ {4}", "")).contains(shown.get(0));
        assertThat(source.replaceAll("(?m)^ {8}", "")).contains(shown.get(1));
    }

    /** Returns the public sources of a type by its simple name. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> all = Files.find(
                Path.of(".."),
                20,
                (path, attributes) -> path.toString().contains("/src/main/java/")
                        && path.toString().endsWith(".java")
                        && !path.toString().contains("/internal/"))) {
            for (Path file : all.toList()) {
                sources.merge(
                        file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
            }
        }
        return sources;
    }

    @Test
    void every_counterpart_in_the_tables_exists() throws IOException {
        Map<String, String> sources = sources();
        List<MatchResult> rows = ROW.matcher(Files.readString(GUIDE)).results().toList();
        assertThat(rows).hasSizeGreaterThan(80);
        List<String> unknown = new ArrayList<>();
        int names = 0;
        for (MatchResult row : rows) {
            for (MatchResult name : NAME.matcher(row.group(2)).results().toList()) {
                names++;
                String source = sources.getOrDefault(name.group(1), "");
                String member = name.group(2);
                boolean known = member == null
                        ? !source.isEmpty()
                        : Pattern.compile("\\b" + member + "(\\(|,|;| =)")
                                .matcher(source)
                                .find();
                if (!known && !name.group(1).equals("ScheduledExecutorService")) {
                    unknown.add(name.group());
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(names).isGreaterThan(80);
    }
}
