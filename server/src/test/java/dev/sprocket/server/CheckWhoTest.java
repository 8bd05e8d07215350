package dev.sprocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Command {@code sprocket check --who}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CheckWhoTest {
    private static final String SITE =
            """
            listeners.web {
              address = "127.0.0.1:0"
              routes = [{
                path = /own, component = pubsub
                layers = [ws, { wamp { realm = own, private-topics = on
                  topics { news { subscribe = role x } }
                } }]
              }, {
                path = /ws, component = pubsub, layers = [ws, { wamp { realm = shared } }]
              }]
            }
            topics {
              "news.*" { subscribe = anyone }
              "user.{user}" { subscribe = self }
              room { publish = [subscribers, backend, role x] }
            }
            procedures { "admin.*" { call = role admin, hidden = on } }
            """;

    @TempDir
    Path folder;

    private record Result(int code, String out, String err) {}

    private Result check(String... arguments) throws IOException {
        Path file = Files.writeString(folder.resolve("site.conf"), SITE);
        List<String> all = new ArrayList<>(List.of("check", "-c", file.toString()));
        all.addAll(List.of(arguments));
        CommandLine line = Main.commandLine();
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code = line.execute(all.toArray(String[]::new));
            return new Result(
                    code,
                    out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ").strip(),
                    err.toString());
        } finally {
            System.setOut(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "anonymous subscribe news.a | 0 | allow: site.conf:13: topics.\"news.*\".subscribe = anyone",
                "anonymous subscribe user.ann | 1 | deny: site.conf:14: topics.\"user.{user}\".subscribe = self",
                "user:ann subscribe user.ann | 0 | allow: site.conf:14: topics.\"user.{user}\".subscribe = self",
                "user:ann subscribe user.bob | 1 | deny: site.conf:14: topics.\"user.{user}\".subscribe = self",
                "backend publish room | 0 | allow: site.conf:15: topics.\"room\".publish = [subscribers, backend,"
                        + " role x]",
                "user:ann,role:x publish room | 0 | allow: site.conf:15: topics.\"room\".publish = [subscribers,"
                        + " backend, role x]",
                "role:y publish room | 1 | deny: site.conf:15: topics.\"room\".publish = [subscribers, backend,"
                        + " role x]",
                "anonymous subscribe kittens | 1 | deny: default-access.subscribe = authenticated (write topics {"
                        + " \"kittens\" { subscribe = anyone } })",
                "user:ann subscribe kittens | 0 | allow: default-access.subscribe = authenticated",
                "role:admin call admin.a | 0 | allow: site.conf:17: procedures.\"admin.*\".call = role admin",
                "user:ann call admin.a | 1 | deny: site.conf:17: procedures.\"admin.*\".call = role admin",
                "role:x --realm own subscribe news | 0 | allow: site.conf:6: topics.\"news\".subscribe = role x",
                "role:x --realm shared subscribe user.a | 1 | deny: site.conf:14: topics.\"user.{user}\".subscribe ="
                        + " self",
                "user:ann --match prefix subscribe user. | 1 | deny: site.conf:14: topics.\"user.{user}\".subscribe ="
                        + " self",
            })
    void access_is_explained_with_the_deciding_line(String who, int code, String expected) throws IOException {
        Result result = check(("--who " + who).split(" "));
        assertThat(result.out()).isEqualTo(expected);
        assertThat(result.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--who usr:ann subscribe x | --who: 'usr:ann' (expected: anonymous, backend, or user:NAME",
                "--who user: subscribe x | --who: 'user:' (expected:",
                "--who anonymos subscribe x | --who: 'anonymos' (did you mean anonymous?)",
                "--who anonymous,role:x subscribe x | --who: 'anonymous' (expected:",
                "--who anonymous subscrib x | ACTION: 'subscrib' (did you mean subscribe?)",
                "--who anonymous subscribe | --who needs ACTION and NAME",
                "--who anonymous --match pre subscribe x | --match: 'pre' (expected: exact, prefix, wildcard)",
                "--who anonymous call wamp.session.list | NAME: wamp.session.list belongs to the server",
                "subscribe x | ACTION, NAME, --realm and --match need --who",
            })
    void invalid_command_line_is_a_usage_error(String arguments, String error) throws IOException {
        Result result = check(arguments.split(" "));
        assertThat(result.err().replaceAll("\\s+", " ")).startsWith("sprocket: " + error);
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void unknown_realm_is_an_error() throws IOException {
        Result result = check("--who", "anonymous", "--realm", "owm", "subscribe", "x");
        assertThat(result.err()).contains("realm: owm (did you mean own?)");
        assertThat(result.code()).isEqualTo(1);
    }

    @Test
    void help_fits_eighty_columns() {
        String help = Main.commandLine().getSubcommands().get("check").getUsageMessage();
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(help).contains("--who=WHO", "subscribe, publish, call or register");
    }
}
