package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.User;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.pubsub.access.AccessExplanation;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.testkit.MemoryConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of the guide about access. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/access.md");
    private static final String ROUTE = "listeners.web { address = \"127.0.0.1:0\", routes = [{ path = /x, %s }] }\n";
    private static final Pattern QUESTION =
            Pattern.compile("\\$ sprocket check -c site.conf --who (\\S+) (\\w+) (\\S+)\\n +(\\S.*)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]*)`.*? \\| `([^|]*)` \\|$");

    @TempDir
    Path folder;

    private static List<MatchResult> find(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private Path site(String text) throws Exception {
        return Files.writeString(folder.resolve("site.conf"), text);
    }

    private static AccessRequest request(String who, String action, String name) {
        AccessRequest request =
                AccessRequest.of(new MemoryConnection("peer"), Action.valueOf(action.toUpperCase(Locale.ROOT)), name);
        List<String> roles = new ArrayList<>();
        String user = "";
        for (String word : who.split(",")) {
            if (word.startsWith("role:")) {
                roles.add(word.substring(5));
            } else if (word.startsWith("user:")) {
                user = word.substring(5);
            }
        }
        return who.equals("anonymous") ? request : request.user(User.named(user).roles(roles));
    }

    @Test
    void questions_have_the_printed_answers() throws Exception {
        String guide = Files.readString(GUIDE);
        String tables = find(Pattern.compile("```hocon\\n(.*?)```", Pattern.DOTALL), guide)
                .get(0)
                .group(1);
        ConfiguredServer server = ConfiguredServer.of(site(tables + ROUTE.formatted("component = events")));
        server.close(Duration.ZERO);
        List<MatchResult> questions = find(QUESTION, guide);
        assertThat(questions).hasSize(3);
        for (MatchResult question : questions) {
            AccessExplanation explanation =
                    server.policy().explain(request(question.group(1), question.group(2), question.group(3)));
            // the table writes the default out; a file without it has no line for it
            String line = explanation.toString().replaceFirst("^site\\.conf:\\d+: default", "default");
            assertThat((explanation.isAllowed() ? "allow: " : "deny: ")
                            + line
                            + explanation
                                    .suggestion()
                                    .map(one -> " (write " + one + ")")
                                    .orElse(""))
                    .isEqualTo(question.group(4));
        }
    }

    @Test
    void older_keys_are_refused_with_the_printed_line() throws Exception {
        String guide = Files.readString(GUIDE);
        String table = guide.substring(guide.indexOf("| before | now |"));
        List<MatchResult> rows = find(ROW, table);
        assertThat(rows).hasSize(7);
        for (MatchResult row : rows) {
            String before = row.group(1);
            String text = before.startsWith("topics")
                    ? before + "\n" + ROUTE.formatted("component = events")
                    : ROUTE.formatted(
                            before.startsWith("wamp")
                                    ? "component = pubsub, layers = [ws, { " + before + " }]"
                                    : "layers = [ws, wamp], component = { " + before + " }");
            assertThatThrownBy(() -> ConfiguredServer.of(site(text)))
                    .as(before)
                    .isInstanceOf(ConfigurationException.class)
                    .satisfies(error -> assertThat(lines(row.group(2)))
                            .allSatisfy(line -> assertThat(error).hasMessageContaining(line)));
        }
    }

    /** Returns the lines that the error must contain. */
    private static List<String> lines(String cell) {
        if (cell.startsWith("wamp")) {
            return List.of("(write " + cell.replaceFirst("wamp \\{ (.*) }", "$1") + ")");
        }
        if (cell.contains(", register")) {
            return List.of("(write " + cell + ")");
        }
        return List.of("(write " + cell.replace("` and `", " and ") + ")");
    }
}
