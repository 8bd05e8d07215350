package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors and warnings in the tables {@code topics}, {@code procedures} and {@code default-access}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessTablesTest {
    private static final String ECHO =
            "listeners.a { address = \"127.0.0.1:0\", layers = [lines], component = echo }\n";

    @TempDir
    Path folder;

    private List<String> problems(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("site.conf"), text);
        ConfigurationException exception = catchThrowableOfType(
                ConfigurationException.class, () -> ConfiguredServer.of(file).close(Duration.ZERO));
        return exception == null ? List.of() : exception.errors();
    }

    private List<String> warnings(String text) throws IOException {
        ConfiguredServer server = ConfiguredServer.of(Files.writeString(folder.resolve("site.conf"), text));
        server.close(Duration.ZERO);
        return server.warnings();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "topics { a { subscribe = anyoen } } | subscribe: anyoen (did you mean anyone?)",
                "topics { a { subscribe = [anyone, somebody] } } | subscribe: somebody (expected: anyone,"
                        + " authenticated,",
                "topics { a { subscribe = role } } | subscribe: role without a name (expected: role NAME)",
                "topics { a { subscribe = [nobody, backend] } } | subscribe: nobody beside others (expected: nobody",
                "topics { a { subscribe = [] } } | subscribe: an empty list (expected: nobody, or others)",
                "topics { a { subscribe = subscribers } } | subscribe: subscribers (expected: only for publish)",
                "topics { a { subscribe = self } } | topics.\"a\".subscribe: self without {user} in the pattern",
                "topics { a { rate = 5 } } | rate: 5 (expected: a number of events and a time up to a day, such as"
                        + " 5/s, 100/m)",
                "topics { a { rate = 5/25h } } | rate: 5/25h (expected: a number of events and a time up to a day,"
                        + " such as 5/s, 100/m)",
                "topics { a { rate = 5/25h } } | rate: 5/25h (expected: a number of events and a time up to a day",
                "topics { a { rate = 5/s, publish = anyone, rate = 5/d } } | rate: 5/d (expected: a number of events",
                "topics { a { rate = 0/s } } | rate: 0/s (expected: a number of events",
                "topics { a { batch-window = 2m } } | batch-window: PT2M (expected: 0s-1m)",
                "topics { a { subscrib = anyone } } | topics.\"a\": unknown key subscrib (did you mean subscribe?)",
                "topics { a { call = anyone } } | topics.\"a\".call: belongs to procedures"
                        + " (write procedures { \"a\" { call = anyone } })",
                "procedures { a { publish = [role x, backend] } } | procedures.\"a\".publish: belongs to topics"
                        + " (write topics { \"a\" { publish = [role x, backend] } })",
                "topics { a = anyone } | topics.\"a\": anyone (expected: object, such as { subscribe = anyone })",
                "topics { news.x { subscribe = anyone } } | topics.news.x: a name with dots is a path in this format"
                        + " (quote this name: \"news.x\")",
                "topics { com.site.news {} } | topics.com.site.news: a name with dots is a path in this format"
                        + " (quote this name: \"com.site.news\")",
                "topics { \"a*b\" {} } | topics: pattern \"a*b\", column 2: '*' is not at the end",
                "topics { \"a.{x}\" {}, \"a.{y}\" {} } | topics.\"a.{y}\": matches the same names as \"a.{x}\""
                        + " (site.conf:2)",
                "topics = 5 | topics: 5 (expected: objects by name)",
                "topics { a { subscribe = role [a, b] } } | role with a list (expected: [role a, role b])",
                "default-access = anyone | default-access: text (expected: object)",
                "default-access { subscribe = self } | default-access.subscribe: self (expected: in a rule",
            })
    void error_is_reported_with_line(String text, String error) throws IOException {
        assertThat(problems(ECHO + text)).singleElement().asString().startsWith("site.conf:2: " + error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"news.* { subscribe = anyone }", "* {}", "room.{x} { subscribe = anyone }"})
    void unquoted_pattern_needs_quotation_marks(String rule) throws IOException {
        assertThat(problems(ECHO + "topics { " + rule + " }"))
                .singleElement()
                .asString()
                .startsWith("site.conf:2: ")
                .endsWith("; a name such as \"news.*\" or \"room.{room}\" needs quotation marks");
    }

    @Test
    void every_path_in_a_name_is_quoted() throws IOException {
        assertThat(problems(ECHO + "topics {\n news { subscribe = anyone }\n news.x { subscribe = nobody }\n"
                        + " news.y.z { rate = 1/s }\n}"))
                .containsExactly(
                        "site.conf:4: topics.news.x: a name with dots is a path in this format (quote this name:"
                                + " \"news.x\")",
                        "site.conf:5: topics.news.y.z: a name with dots is a path in this format (quote this name:"
                                + " \"news.y.z\")");
    }

    @Test
    void equal_rules_are_an_error_with_both_lines() throws IOException {
        assertThat(problems(ECHO + "topics {\n \"room.{room}\" { publish = anyone }\n \"room.{r}\" {}\n}"))
                .singleElement()
                .asString()
                .startsWith("site.conf:4: ")
                .endsWith("matches the same names as \"room.{room}\" (site.conf:3) (expected: one rule)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "topics = [{ topics = prices, overflow = conflate, batch-window = 50ms }, { topics = \"c.*\" }]"
                        + " | topics { \"prices\" { batch-window = 50ms, overflow = conflate }, \"c.*\" {} }",
                "topics = [{ overflow = close }] | topics { \"*\" { overflow = close } }",
            })
    void list_of_topics_is_refused_with_the_table(String text, String line) throws IOException {
        assertThat(problems(ECHO + text)).containsExactly("site.conf:2: topics: no longer a list (write " + line + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "subscribe = authenticated | topics { \"*\" { subscribe = authenticated } }",
                "publish = anyone | topics { \"*\" { publish = anyone } }",
                "publish = authenticated | topics { \"*\" { publish = [authenticated, backend] } }",
                "publish = nobody | topics { \"*\" { publish = backend } }",
                "call = nobody | procedures { \"*\" { call = nobody } }",
                "register = anyone | procedures { \"*\" { register = anyone } }",
                "role = staff | topics { \"*\" { subscribe = role staff } } and procedures { \"*\" { call = role staff"
                        + " } }",
                "rules = [{ topics = [\"staff.*\", a], subscribe = authenticated, role = staff, publish = anyone }]"
                        + " | topics { \"staff.*\" { subscribe = role staff, publish = [role staff, backend] },"
                        + " \"a\" { subscribe = role staff, publish = [role staff, backend] } }"
                        + " and procedures { \"staff.*\" { call = role staff }, \"a\" { call = role staff } }",
                "rules = [{ topics = [\"jobs.*\"], register = authenticated }]"
                        + " | procedures { \"jobs.*\" { register = authenticated } }",
                "rules = [{ subscribe = nobody }] | topics { \"*\" { subscribe = nobody } }",
            })
    void keys_of_pubsub_are_refused_with_new_line(String keys, String line) throws IOException {
        String key = keys.substring(0, keys.indexOf(' '));
        assertThat(problems(
                        "listeners.a { address = \"127.0.0.1:0\", layers = [http, ws, wamp],\ncomponent = { pubsub { "
                                + keys + " } } }"))
                .containsExactly("site.conf:2: " + key + ": no longer exists (write " + line + ")");
    }

    @Test
    void topics_of_events_are_refused_with_new_line() throws IOException {
        assertThat(problems("listeners.a { address = \"127.0.0.1:0\", routes = [{ path = /e,\n component = { events {"
                        + " topics = [news, \"b.*\"] } } }] }"))
                .containsExactly(
                        "site.conf:2: topics: no longer exists (write topics { \"news\" { subscribe = anyone },"
                                + " \"b.*\" { subscribe = anyone } })");
    }

    @Test
    void realm_with_shared_topics_has_no_tables() throws IOException {
        assertThat(
                        problems(
                                """
                        listeners.a { address = "127.0.0.1:0", routes = [{
                          path = /a, component = pubsub, layers = [ws, { wamp {
                            topics { a {} }
                          } }]
                        }] }"""))
                .containsExactly("site.conf:3: topics: this realm shares the topics of the file, so their rules are"
                        + " written at its top (expected: private-topics = on, or no key topics in wamp)");
    }

    @Test
    void errors_in_tables_of_a_realm_have_their_lines() throws IOException {
        assertThat(
                        problems(
                                """
                        listeners.a { address = "127.0.0.1:0", routes = [{
                          path = /a, component = pubsub, layers = [ws, { wamp {
                            private-topics = on
                            topics { a { subscribe = anyoen } }
                            procedures { "b*c" {} }
                          } }]
                        }] }"""))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).startsWith("site.conf:4: subscribe: anyoen (did you mean"))
                .anySatisfy(problem -> assertThat(problem).startsWith("site.conf:5: procedures: pattern \"b*c\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "topics { \"wamp.x\" { subscribe = anyone } } | has no effect: names that begin with wamp.",
                "procedures { \"wamp.*\" { call = anyone } } | has no effect: names that begin with wamp.",
            })
    void rule_that_never_wins_is_warned_of(String text, String warning) throws IOException {
        assertThat(warnings(ECHO + text))
                .singleElement()
                .asString()
                .startsWith("site.conf:2: ")
                .contains(warning);
    }

    @Test
    void closed_topics_without_login_are_warned_of() throws IOException {
        String site = "listeners.a { address = \"127.0.0.1:0\", routes = [{ path = /e, layers = [%s],\n"
                + "component = %s }] }\n";
        String line = "topics { \"*\" { subscribe = anyone } }";
        for (String[] stack : new String[][] {{"", "events"}, {"ws, wamp", "pubsub"}}) {
            String text = site.formatted(stack[0], stack[1]);
            assertThat(warnings(text))
                    .containsExactly("site.conf:2: component " + stack[1] + ": clients cannot log in here, and no rule"
                            + " lets others subscribe (write " + line + ")");
            assertThat(warnings(text + line)).isEmpty();
            assertThat(warnings(text + "default-access {}")).isEmpty();
        }
        assertThat(warnings(site.formatted(
                        "{ basic-auth { users = [{ user = ann, password = a-l0ng-passw0rd }] } }", "events")))
                .isEmpty();
    }
}
