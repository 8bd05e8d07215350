package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.closed;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of client certificates and renewed tokens, with curl, openssl, PHP and autobahn-python. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class IdentityKeysTest {
    /** Lifetime of a token in seconds, in which the programs of a test start. */
    private static final int LIFETIME = 20;

    private static final String SECRET = "0123456789abcdef-0123456789abcdef";

    @TempDir
    Path folder;

    /** Output of a program that runs until it is closed. */
    private static final class Running implements AutoCloseable {
        private final Process process;
        private final BufferedReader lines;

        Running(String... command) throws IOException {
            RequiredPrograms.require(command[0]);
            List<String> line = new ArrayList<>(List.of("env"));
            line.addAll(List.of(command));
            ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
            builder.environment().put("PATH", RequiredPrograms.path());
            process = builder.start();
            process.getOutputStream().close();
            lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        }

        /** Returns the first line that begins with a text. */
        String await(String beginning) throws IOException {
            List<String> skipped = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(beginning)) {
                    return line;
                }
                skipped.add(line);
            }
            throw new AssertionError("no line " + beginning + " in " + skipped);
        }

        /** Returns the rest of the output, when the program has ended. */
        List<String> rest() {
            return lines.lines().toList();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    // tokens

    /** Returns a JWT that PHP signs, which ends after some seconds. */
    private static String jwt(String user, long seconds, String roles) throws Exception {
        String claims = "{\"sub\":\"" + user + "\",\"roles\":[" + roles + "],\"exp\":"
                + (System.currentTimeMillis() / 1000 + seconds) + "}";
        return Site.run(
                "php",
                "-r",
                "$b = fn($s) => rtrim(strtr(base64_encode($s), '+/', '-_'), '=');"
                        + "$t = $b('{\"alg\":\"HS256\"}') . '.' . $b('" + claims + "');"
                        + "echo $t . '.' . $b(hash_hmac('sha256', $t, '" + SECRET + "', true));");
    }

    private static Site tokens() throws IOException {
        String session = SESSION.with(
                SESSION_STORE.is(STORE_COOKIE),
                SESSION_CODEC.is(CODEC_JSON),
                SESSION_USER.text("sub"),
                SESSION_ROLES.text("roles"),
                SESSION_TOKEN.is(TOKEN_JWT.with(
                        TOKEN_JWT_SECRET.text(SECRET),
                        TOKEN_JWT_LEEWAY.is("0s"),
                        TOKEN_JWT_HEADER.is("on"),
                        TOKEN_JWT_SUBPROTOCOL.text("bearer."))),
                SESSION_REQUIRED.is("on"));
        return Site.start(
                closed(
                        route("/events", EVENTS, session),
                        route("/ws", PUBSUB, session, WS, WAMP),
                        route("/renew", AUTH_RENEWAL),
                        route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on")))),
                TOPICS.named("desk", TOPICS_SUBSCRIBE.is("role desk")));
    }

    private static Running stream(Site site, String topic, String token) throws IOException {
        return new Running(
                "curl",
                "-sSNi",
                "-H",
                "Authorization: Bearer " + token,
                site.uri("/events/" + topic).toString());
    }

    private static String renew(Site site, String id, String token) throws Exception {
        return Site.run(
                "curl",
                "-sS",
                "-X",
                "POST",
                "-H",
                "Authorization: Bearer " + token,
                "-w",
                " %{http_code}",
                site.uri("/renew/" + id).toString());
    }

    @Test
    @Row({AUTH_RENEWAL, TOKEN_JWT_SUBPROTOCOL})
    void stream_is_renewed_by_a_request_and_outlives_its_token() throws Exception {
        String first = jwt("ann", LIFETIME, "\"desk\"");
        String newer = jwt("ann", 3600, "\"desk\"");
        try (Site site = tokens();
                Running renewed = stream(site, "desk", first);
                Running other = stream(site, "desk", first)) {
            String id = renewed.await("Sprocket-Connection-Id: ").substring("Sprocket-Connection-Id: ".length());
            renewed.await("event: expiring");
            assertThat(renewed.await("data: ")).contains("\"connection\":\"" + id + "\"", "\"expires\":\"");

            assertThat(renew(site, id, jwt("bob", 3600, ""))).endsWith(" 403");
            assertThat(renew(site, id, "junk")).endsWith(" 401");
            assertThat(renew(site, "0123456789abcdef", newer)).endsWith(" 404");
            assertThat(renew(site, id, newer)).matches("\\{\"expires\":\"[0-9TZ:-]+\"} 200");

            other.await("event: expiring");
            assertThat(other.rest()).as("ends with its token").isNotNull();
            assertThat(site.post("/push/desk", "7").body()).contains("\"subscribers\":1");
            assertThat(renewed.await("data: 7")).isEqualTo("data: 7");
            assertThat(webSocket(site, "wamp.2.json, bearer." + newer)).startsWith("HTTP/1.1 101 ");
            assertThat(webSocket(site, "wamp.2.json, bearer.junk")).startsWith("HTTP/1.1 401 ");
            assertThat(webSocket(site, "chat, bearer." + newer)).startsWith("HTTP/1.1 426 ");
            assertThat(site.drainLog())
                    .anySatisfy(line -> assertThat(line).contains("[chat, bearer.e…]"))
                    .noneMatch(line -> line.contains(newer) || line.contains(first));
        }
    }

    private static String webSocket(Site site, String subprotocols) throws IOException {
        try (RawWebSocket client = RawWebSocket.handshake(
                site.port(), "/ws", "Origin: http://127.0.0.1", "Sec-WebSocket-Protocol: " + subprotocols)) {
            return client.head();
        }
    }

    @Test
    void session_of_autobahn_python_renews_itself_and_gains_roles() throws Exception {
        RequiredPrograms.requireWorking("python3-autobahn", "python3", "-c", "import autobahn");
        String first = jwt("ann", LIFETIME, "");
        String newer = jwt("ann", 3600, "\"desk\"");
        try (Site site = tokens();
                Running python = new Running(
                        "python3",
                        "-u",
                        "src/test/interop/wamp/identity.py",
                        "ws://127.0.0.1:" + site.port() + "/ws",
                        first,
                        newer,
                        jwt("bob", 3600, ""));
                Running other = stream(site, "news", first)) {
            assertThat(python.await("joined")).isEqualTo("joined ann user");
            assertThat(python.await("expiring")).isEqualTo("expiring ['connection', 'expires']");
            assertThat(python.await("desk")).isEqualTo("desk wamp.error.not_authorized");
            assertThat(python.await("refused")).isEqualTo("refused wamp.error.not_authorized");
            assertThat(python.await("refused")).isEqualTo("refused wamp.error.authentication_denied");
            assertThat(python.await("renewed")).isEqualTo("renewed");
            python.await("subscribed");

            assertThat(other.rest()).as("ends with its token").isNotNull();
            site.post("/push/desk", "7");
            assertThat(python.await("desk")).isEqualTo("desk 7");
            assertThat(site.drainLog()).noneMatch(line -> line.contains(newer) || line.contains(first));
        }
    }

    @Test
    void http2_streams_end_one_by_one() throws Exception {
        certificates();
        String first = jwt("ann", LIFETIME, "\"desk\"");
        String longer = jwt("ann", 3600, "\"desk\"");
        try (Site site = Site.start(
                        listener(
                                "web",
                                LISTENER_TLS.object(
                                        TLS_CERTIFICATE.text(
                                                folder.resolve("server.pem").toString()),
                                        TLS_KEY.text(
                                                folder.resolve("server.key").toString())),
                                LISTENER_ROUTES.is("["
                                        + route(
                                                "/events",
                                                EVENTS,
                                                SESSION.with(
                                                        SESSION_STORE.is(STORE_COOKIE),
                                                        SESSION_CODEC.is(CODEC_JSON),
                                                        SESSION_USER.text("sub"),
                                                        SESSION_TOKEN.is(TOKEN_JWT.with(
                                                                TOKEN_JWT_SECRET.text(SECRET),
                                                                TOKEN_JWT_QUERY.text("t"),
                                                                TOKEN_JWT_LEEWAY.is("0s")))))
                                        + ", " + route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"))) + "]")),
                        Site.ALLOW_ALL);
                Running curl = new Running(
                        "bash",
                        "-c",
                        "curl -sSN --no-progress-meter -Z --http2 --cacert " + folder.resolve("server.pem")
                                + " --resolve localhost:" + site.port() + ":127.0.0.1 -w '%{stderr}ended %{url}\n'"
                                + " 'https://localhost:" + site.port() + "/events/a?t=" + first + "'"
                                + " 'https://localhost:" + site.port() + "/events/b?t=" + longer + "'")) {
            assertThat(curl.await("ended ")).contains("/events/a");
            Site.run(
                    "curl",
                    "-sS",
                    "--cacert",
                    folder.resolve("server.pem").toString(),
                    "--resolve",
                    "localhost:" + site.port() + ":127.0.0.1",
                    "-H",
                    "Content-Type: application/json",
                    "-d",
                    "7",
                    "https://localhost:" + site.port() + "/push/b");
            assertThat(curl.await("data: 7")).isEqualTo("data: 7");
        }
    }

    // sessions

    @Test
    void role_taken_from_a_php_session_ends_the_stream() throws Exception {
        RequiredPrograms.require("php");
        write("desk");
        String session = SESSION.with(
                SESSION_STORE.is(STORE_PHP_FILES.with(STORE_PHP_FILES_SAVE_PATH.text(folder.toString()))),
                SESSION_USER.text("username"),
                SESSION_ROLES.text("roles"),
                SESSION_WATCH_INTERVAL.is("1s"));
        try (Site site = Site.start(
                        closed(
                                route("/events", EVENTS, session),
                                route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on")))),
                        TOPICS.named("desk", TOPICS_SUBSCRIBE.is("role desk")));
                Running stream = new Running(
                        "curl",
                        "-sSN",
                        "-H",
                        "Origin: http://127.0.0.1",
                        "-b",
                        "PHPSESSID=abc",
                        site.uri("/events/desk").toString())) {
            stream.await(":");
            site.post("/push/desk", "1");
            assertThat(stream.await("data: ")).isEqualTo("data: 1");

            write("reader");

            stream.await("event: unsubscribed");
            assertThat(stream.await("data: ")).contains("\"topic\":\"desk\"");
            assertThat(stream.rest()).noneMatch(line -> line.startsWith("data: "));
            site.awaitLog("rights of an open connection changed");
        }
    }

    /** Writes a session of PHP with a role. */
    private void write(String role) throws Exception {
        Site.run(
                "php",
                "-d",
                "session.save_path=" + folder,
                "-d",
                "session.use_strict_mode=0",
                "-r",
                "session_id('abc'); session_start(); $_SESSION = ['username' => 'ann', 'roles' => ['" + role + "']];"
                        + " session_write_close();");
    }

    // client certificates

    private void certificates() throws Exception {
        String key = " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes ";
        for (String authority : List.of("ca", "other")) {
            shell("openssl req -x509" + key + "-subj /CN=" + authority + " -keyout " + authority + ".key -out "
                    + authority + ".pem");
        }
        shell("openssl req -x509" + key
                + "-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout server.key -out server.pem");
        shell("openssl req -new" + key + "-subj '/O=Site/OU=staff/OU=desk/CN=ann' -addext "
                + "'subjectAltName=email:ann@example.com,DNS:Ann.Example.com,URI:spiffe://site/ann'"
                + " -keyout ann.key -out ann.csr");
        for (String authority : List.of("ca", "other")) {
            shell("openssl x509 -req -in ann.csr -CA " + authority + ".pem -CAkey " + authority
                    + ".key -CAcreateserial -copy_extensions copy -days 1 -out ann-" + authority + ".pem");
        }
    }

    private void shell(String command) throws Exception {
        Site.run("bash", "-c", "cd " + folder + " && " + command);
    }

    private Site secure(String tls, String auth) throws IOException {
        return Site.start(
                listener(
                        "web",
                        LISTENER_TLS.object(
                                TLS_CERTIFICATE.text(
                                        folder.resolve("server.pem").toString()),
                                TLS_KEY.text(folder.resolve("server.key").toString()),
                                TLS_CLIENT_ROOTS.text(folder.resolve("ca.pem").toString()),
                                tls),
                        LISTENER_ROUTES.is("[" + route("/events", EVENTS, auth) + "]")),
                TOPICS.named("\"user.{user}\"", TOPICS_SUBSCRIBE.is("self")),
                TOPICS.named("staff", TOPICS_SUBSCRIBE.is("role staff")),
                TOPICS.named("fixed", TOPICS_SUBSCRIBE.is("role fixed")));
    }

    /** Returns the status of a subscription with curl; 0 if there is no response. */
    private int subscribe(Site site, String topic, String certificate) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sSNi",
                "--http1.1",
                "--cacert",
                folder.resolve("server.pem").toString(),
                "--resolve",
                "localhost:" + site.port() + ":127.0.0.1",
                "https://localhost:" + site.port() + "/events/" + topic));
        if (!certificate.isEmpty()) {
            command.addAll(List.of(
                    "--cert",
                    folder.resolve(certificate).toString(),
                    "--key",
                    folder.resolve("ann.key").toString()));
        }
        try (Running curl = new Running(command.toArray(String[]::new))) {
            String line = curl.lines.readLine();
            return line.startsWith("HTTP/1.1 ") ? Integer.parseInt(line.substring(9, 12)) : 0;
        }
    }

    @Test
    @Row({CERTIFICATE_AUTH_NAME, CERTIFICATE_AUTH_ROLES, CERTIFICATE_AUTH_UNIT_ROLES})
    void client_certificate_names_the_user_and_roles() throws Exception {
        certificates();
        String optional = TLS_CLIENT_CERTIFICATE.is("optional");
        try (Site site = secure(optional, CERTIFICATE_AUTH.with(CERTIFICATE_AUTH_ROLES.texts("fixed")))) {
            assertThat(subscribe(site, "user.ann", "ann-ca.pem")).isEqualTo(200);
            assertThat(subscribe(site, "user.bob", "ann-ca.pem")).isEqualTo(403);
            assertThat(subscribe(site, "fixed", "ann-ca.pem")).isEqualTo(200);
            assertThat(subscribe(site, "staff", "ann-ca.pem")).isEqualTo(403);
            assertThat(subscribe(site, "user.ann", "")).isEqualTo(403);
        }
        try (Site site = secure(
                optional,
                CERTIFICATE_AUTH.with(CERTIFICATE_AUTH_NAME.is("email"), CERTIFICATE_AUTH_UNIT_ROLES.is("on")))) {
            assertThat(subscribe(site, "user.ann@example%252Ecom", "ann-ca.pem"))
                    .isEqualTo(200);
            assertThat(subscribe(site, "user.ann", "ann-ca.pem")).isEqualTo(403);
            assertThat(subscribe(site, "staff", "ann-ca.pem")).isEqualTo(200);
            assertThat(subscribe(site, "fixed", "ann-ca.pem")).isEqualTo(403);
        }
        try (Site site = secure(optional, CERTIFICATE_AUTH.with(CERTIFICATE_AUTH_NAME.is("dns")))) {
            assertThat(subscribe(site, "user.ann%252Eexample%252Ecom", "ann-ca.pem"))
                    .isEqualTo(200);
        }
        try (Site site = secure(optional, CERTIFICATE_AUTH.with(CERTIFICATE_AUTH_NAME.is("uri")))) {
            assertThat(subscribe(site, "user.spiffe%253A%252F%252Fsite%252Fann", "ann-ca.pem"))
                    .isEqualTo(200);
        }
    }

    @Test
    @Row({TLS_CLIENT_ROOTS, TLS_CLIENT_CERTIFICATE})
    void client_roots_verify_certificates_in_the_handshake() throws Exception {
        certificates();
        try (Site site = secure(TLS_CLIENT_CERTIFICATE.is("optional"), CERTIFICATE_AUTH.with())) {
            assertThat(subscribe(site, "user.ann", "")).isEqualTo(403);
            assertThat(subscribe(site, "user.ann", "ann-other.pem")).isZero();
        }
        try (Site site = secure(TLS_CLIENT_CERTIFICATE.is("required"), CERTIFICATE_AUTH.with())) {
            assertThat(subscribe(site, "user.ann", "")).isZero();
            assertThat(subscribe(site, "user.ann", "ann-ca.pem")).isEqualTo(200);
        }
    }
}
