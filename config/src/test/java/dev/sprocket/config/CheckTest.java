package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that {@code sprocket check} reports without binding addresses. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CheckTest {
    @TempDir
    Path folder;

    private List<String> problems(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("site.conf"), text);
        ConfigurationException wrong = catchThrowableOfType(
                ConfigurationException.class, () -> ConfiguredServer.of(file).close());
        return wrong == null ? List.of() : wrong.errors();
    }

    private static String listener(String name, String address) {
        return "listeners." + name + " { address = " + address + ", layers = [lines], component = echo }\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"127.0.0.1:81\" | \"127.0.0.1:81\" | 127.0.0.1:81 is already used by listener a",
                "\"0.0.0.0:81\" | \"127.0.0.1:81\" | 127.0.0.1:81 is already used by listener a with 0.0.0.0:81",
                "\"localhost:81\" | \"127.0.0.1:81\" | 127.0.0.1:81 is already used by listener a with localhost:81",
                "\"[::1]:81\" | \"[::]:81\" | [::]:81 is already used by listener a with [::1]:81",
                "\"site.example:81\" | \"SITE.example:81\" | SITE.example:81 is already used by listener a with"
                        + " site.example:81",
                "[\"127.0.0.1:80\", \"127.0.0.1:81\"] | [\"127.0.0.1:82\", \"127.0.0.1:81\"]"
                        + " | 127.0.0.1:81 is already used by listener a"
            })
    void two_listeners_on_one_port_are_reported(String one, String two, String expected) throws Exception {
        assertThat(problems(listener("a", one) + listener("b", two)))
                .containsExactly("site.conf:2: listener b: " + expected + " (expected: another port)");
    }

    @Test
    void two_listeners_on_one_socket_file_are_reported() throws Exception {
        assertThat(problems(listener("a", "\"unix:/run/x/../a.sock\"") + listener("b", "\"unix:/run/a.sock\"")))
                .containsExactly("site.conf:2: listener b: unix:/run/a.sock is already used by listener a with"
                        + " unix:/run/x/../a.sock (expected: another path)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"127.0.0.1:0\" | \"127.0.0.1:0\"",
                "\"0.0.0.0:81\" | \"[::]:81\"",
                "\"127.0.0.1:81\" | \"127.0.0.2:81\"",
                "\"127.0.0.1:81\" | \"[::1]:81\"",
                "\"127.0.0.1:81\" | \"127.0.0.1:82\""
            })
    void compatible_addresses_are_accepted(String one, String two) throws Exception {
        assertThat(problems(listener("a", one) + listener("b", two))).isEmpty();
    }

    @Test
    void two_listeners_without_an_address_are_reported() throws Exception {
        assertThat(problems("listeners.a { component = echo }\nlisteners.b { component = echo }"))
                .containsExactly("site.conf:2: listener b: 127.0.0.1:8080 is already used by listener a"
                        + " (expected: another port)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1:70000 | 127.0.0.1:70000 (expected: port 0-65535)",
                "::1:80 | ::1:80 (expected: host:port, [ipv6]:port, or unix:/path)",
                "':80' | :80 (expected: host:port, [ipv6]:port, or unix:/path)",
                "8080 | 8080 (expected: host:port, [ipv6]:port, or unix:/path)",
                "'unix:' | unix: (expected: host:port, [ipv6]:port, or unix:/path)",
                "http://127.0.0.1:80/ | http://127.0.0.1:80/ (expected: host:port, [ipv6]:port, or unix:/path)",
                "a:1 b:2 | a:1 b:2 (expected: host:port, [ipv6]:port, or unix:/path)"
            })
    void wrong_address_is_reported_with_its_line(String address, String expected) throws Exception {
        assertThat(problems("listeners.a {\n address = [\n \"" + address + "\" ]\n component = echo }"))
                .containsExactly("site.conf:3: address: " + expected);
    }

    @Test
    void listener_without_addresses_is_reported() throws Exception {
        assertThat(problems("listeners.a { address = [], component = echo }"))
                .containsExactly("site.conf:1: address: none (expected: one or more)");
    }

    @Test
    void missing_path_is_reported_with_other_errors() throws Exception {
        assertThat(problems("listeners.a { address = \"127.0.0.1:0\", routes = [\n"
                        + "{ component = { files { directory = /nowhere } } }] }"))
                .containsExactlyInAnyOrder(
                        "site.conf:2: files: no such directory: /nowhere",
                        "site.conf:2: routes: missing key path (expected: string)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/chat",
                "https://example.com/",
                "example.com/",
                "example.com:8443",
                "https://*.example.com",
                "*.example.com:8443",
                "https://user@example.com",
                "null",
                "",
                "exa mple.com",
                "https://",
                "https://example.com?x"
            })
    void unmatchable_origin_is_reported(String origin) throws Exception {
        assertThat(problems("listeners.a.routes = [{ path = /x, layers = [\n{ origin-check { allow = [\"" + origin
                        + "\"] } }, ws], component = echo }]"))
                .singleElement()
                .asString()
                .startsWith(
                        "site.conf:2: allow: origin: " + origin + " (expected: example.com, *.example.com, https://");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[http, http, ws] | layer \"http\" requires a socket, but \"http\" provides HttpConnection"
                        + " (expected: http once, outermost)",
                "[http, ws, http] | layer \"http\" requires a socket, but \"ws\" provides WsConnection"
                        + " (expected: http once, outermost)",
                "[http, rawsocket, ws] | layer \"rawsocket\" requires a socket, but \"http\" provides HttpConnection"
                        + " (expected: rawsocket once, outermost)"
            })
    void protocol_inside_another_is_reported(String layers, String expected) throws Exception {
        assertThat(problems("listeners.a { address = \"127.0.0.1:0\", layers = " + layers + "\ncomponent = echo }"))
                .first()
                .isEqualTo("site.conf:1: " + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"} {", "}{", "} \t {"})
    void missing_comma_between_routes_is_reported(String between) throws Exception {
        assertThat(problems("# } {\nlisteners.a.routes = [\n { path = /a, layers = [ws], component = \"echo\" "
                        + between + " path = \"/{b}\", layers = [ws], component = echo }]"))
                .containsExactly("site.conf:3: two objects without a comma between them are merged into one"
                        + " (expected: }, {)");
    }

    @Test
    void braces_in_strings_and_comments_are_ignored() throws Exception {
        assertThat(
                        problems(
                                """
                listeners.a { address = "127.0.0.1:0", // } {
                  routes = [ { path = /a, layers = [ws], component = echo }
                             { path = "/{x}", layers = [ws], component = { echo { } } } ] } # } {
                topic-field = "} {"
                listeners.b { address = "127.0.0.1:0", component = echo, layers = [{ logger { name = \"""a } { b\""" } }] }
                """))
                .isEmpty();
    }

    /** One error of each kind, none of which hides another. */
    @Test
    void errors_of_all_kinds_are_reported_in_one_run() throws Exception {
        assertThat(
                        problems(
                                """
                listeners.a { address = ["127.0.0.1:1", here], outbound-limit = 0
                  layers = [
                    { ip-filter { allow = [10.0.0.0/8, 10.0.0.0/99]
                                  deny = nobody } }
                    { slow-callbacks { threshold = 0s } }
                    http
                    { http { body-idle-timeout = -1s } } ]
                  tls { certificate = /nowhere.pem }
                  routes = [
                    { path = nowhere, layers = [ws], component = echo }
                    { path = /b, layers = [{ origin-check { allow = "https://a.example/b" } }, ws], component = echo }
                    { path = /c, component = { files { directory = /nowhere } } }
                    { path = /d, layers = [{ cors { allow = "*", credentials = on } }]
                      component = { files { directory = /nowhere/else } } }
                    { path = /e, layers = [ws, { wamp { realm = "not a realm" } }], component = pubsub }
                    { path = /f, layers = [{ basic-auth { users = [{ user = ann, password = "${PW}" }] } }, ws]
                      component = echo }
                    { path = /g, host = "a/b", layers = [{ session { roles = r } }, ws], component = echo } ] }
                listeners.b { address = "127.0.0.1:1", layers = [lines], component = echo, mode = 0660 }
                topics { "a*b" {} }
                shutdown-timeout = -1s
                """))
                .map(problem -> problem.replaceFirst("^site.conf:(\\d+): (.*?)[:,] .*", "$1 $2"))
                .contains(
                        "1 address",
                        "1 outbound-limit",
                        "3 allow",
                        "4 deny",
                        "5 threshold",
                        "7 body-idle-timeout",
                        "8 listener a",
                        "10 path",
                        "11 allow",
                        "12 files",
                        "13 cors",
                        "14 files",
                        "15 wamp",
                        "16 password",
                        "18 host",
                        "18 session",
                        "19 listener b",
                        "20 topics",
                        "21 shutdown-timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listeners { a = [\n}",
                "a = ${x}",
                "listeners.a = [1] { b = 2 }",
                "listeners.a { component = echo, layers = [ws { wamp {} }] }",
                "x = ${",
                "x = \"abc",
                "x = a:b: c",
                "include required(file(\"nope.conf\"))",
                "x = ${y}\ny = ${x}",
                "= 5",
                "x = \"\\q\"",
                "event-loops = 1e400",
                "shutdown-timeout = 99999999999999999999d",
                "[1,2]",
                "x: { y } z",
                "a.b.c = 1, a.b = ${a.b.c} {}",
                "event-loops = {}",
                "listeners.a.address = { b = 1 }",
                "listeners.a.outbound-limit = [1]"
            })
    void parser_errors_show_no_class_names(String text) throws Exception {
        assertThat(problems(text)).isNotEmpty().allSatisfy(problem -> assertThat(problem)
                .matches("[^:\\n]*(site|nope)\\.conf:.*")
                .doesNotContainPattern("\\b[a-z]+\\.[A-Z]\\w|Exception|Config[A-Z]|Unquoted|Simple[A-Z]"));
    }

    @Test
    void missing_included_file_is_named() throws Exception {
        assertThat(problems("include required(file(\"nope.conf\"))"))
                .singleElement()
                .asString()
                .contains("nope.conf: cannot be read: file not found or access denied");
    }

    @Test
    void store_codec_and_token_are_reported_together() throws Exception {
        assertThat(
                        problems(
                                """
                listeners.a { address = "127.0.0.1:0", routes = [{ path = /a, component = echo, layers = [
                  { session { store = nowhere
                              codec = nothing
                              token = { express { secrets = "${S}" } } } }
                  { bearer-auth { users = [{ user = ann, token = t }, { user = bob, token = t }] } }
                  ws ] }] }
                """))
                .containsExactlyInAnyOrder(
                        "site.conf:2: unknown SessionStore: nowhere (expected: cookie, memory, php-files)",
                        "site.conf:3: unknown SessionCodec: nothing (expected: json, php, php-binary,"
                                + " php-serialize, spring, spring-json)",
                        "site.conf:4: secrets: ${S} in quotes is literal text (expected: ${S} without quotes)",
                        "site.conf:5: bearer-auth: users ann and bob have the same token (expected: different tokens)");
    }

    @Test
    void layer_between_wamp_and_its_component_is_an_error() throws Exception {
        assertThat(
                        problems(
                                """
                listeners.a { address = "127.0.0.1:0", routes = [
                  { path = /a, layers = [ws, wamp, single-threaded], component = pubsub }
                ] }
                """))
                .first()
                .asString()
                .startsWith("site.conf:2: layer \"single-threaded\" requires Connection")
                .contains("\"wamp\" provides WampConnection to a WampComponent");
    }

    @Test
    void impossible_request_values_are_reported() throws Exception {
        assertThat(
                        problems(
                                """
                listeners.a { address = "127.0.0.1:0", routes = [
                  { path = "/a?b", component = echo, layers = [ws] }
                ] }
                listeners.b { address = "127.0.0.1:0", layers = [http, { cors { methods = ["G ET"] } }], component = { files { directory = "/" } } }
                listeners.c { address = "127.0.0.1:0", layers = [http, { cors { headers = ["X:Y"] } }], component = { files { directory = "/" } } }
                listeners.d { address = "127.0.0.1:0", layers = [http, { cors { methods = ["GET\\r\\nX: y"] } }], component = { files { directory = "/" } } }
                listeners.e { address = "127.0.0.1:0", layers = [http, { basic-auth { users = [{ user = "a:b", password = p }] } }], component = { files { directory = "/" } } }
                """))
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).contains("/a?b (expected: no query or fragment"),
                        problem ->
                                assertThat(problem).startsWith("site.conf:4: ").contains("G ET (expected: a token"),
                        problem ->
                                assertThat(problem).startsWith("site.conf:5: ").contains("X:Y (expected: a token"),
                        problem ->
                                assertThat(problem).startsWith("site.conf:6: ").contains("expected: a token"),
                        problem ->
                                assertThat(problem).startsWith("site.conf:7: ").contains("a:b contains a colon"));
    }

    @Test
    void missing_comma_in_an_included_file_is_reported() throws Exception {
        Files.writeString(
                folder.resolve("routes.conf"),
                "\nr = [ { path = /a, layers = [ws], component = echo } { path = /b } ]");

        assertThat(problems("include \"routes.conf\"\nlisteners.a { address = \"127.0.0.1:0\", routes = ${r} }"))
                .contains("routes.conf:2: two objects without a comma between them are merged into one"
                        + " (expected: }, {)");
    }

    @Test
    void cycle_of_includes_is_reported_in_one_line() throws Exception {
        Files.writeString(folder.resolve("routes.conf"), "include \"site.conf\"");

        assertThat(problems("include \"routes.conf\""))
                .singleElement()
                .asString()
                .matches("[^ ]*(site|routes)\\.conf: include statements nested more than 50 times,"
                        + " you probably have a cycle in your includes\\.");
    }
}
