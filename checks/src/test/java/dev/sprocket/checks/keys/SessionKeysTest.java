package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** Keys of the layer {@code session}, its stores and codecs; a chat shows the authenticated user. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class SessionKeysTest {
    private static final String ORIGIN = "Origin: http://127.0.0.1";
    private static final String NAMED = CHAT.with(CHAT_NAMES.is("on"));
    private static final String PHP = "username|s:3:\"ann\";roles|a:1:{i:0;s:6:\"reader\";}";
    private static final String USER = SESSION_USER.text("username");

    @TempDir
    Path folder;

    private String files;

    @BeforeEach
    void sessions() throws IOException {
        Files.writeString(folder.resolve("sess_abc"), PHP);
        files = SESSION_STORE.is(STORE_PHP_FILES.with(STORE_PHP_FILES_SAVE_PATH.text(folder.toString())));
    }

    private static String chat(String path, String... session) {
        return route(path, NAMED, SESSION.with(session), WS);
    }

    /** Returns the chat user of a cookie, or the status of the rejection. */
    static String name(Site site, String path, String cookie) throws IOException {
        try (RawWebSocket client = RawWebSocket.handshake(site.port(), path, ORIGIN, "Cookie: " + cookie)) {
            if (!client.head().startsWith("HTTP/1.1 101 ")) {
                return client.head().substring(9, 12);
            }
            // others may come, too
            return client.receive().replaceAll("\\* (.*) is here", "$1");
        }
    }

    /** Runs each case in its own server, so chats do not mix. */
    private String alone(String cookie, String... session) throws IOException {
        try (Site site = Site.start(web(chat("/chat", session)))) {
            return name(site, "/chat", cookie);
        }
    }

    @Test
    @Row({SESSION_STORE, SESSION_USER, SESSION_COOKIE, STORE_PHP_FILES_SAVE_PATH})
    void store_cookie_and_user_identify_a_visitor() throws Exception {
        assertThat(alone("PHPSESSID=abc", files, USER)).isEqualTo("ann");
        assertThat(alone("PHPSESSID=abd", files, USER)).isEqualTo("somebody");
        assertThat(alone("PHPSESSID=abc", files)).isEqualTo("somebody");
        assertThat(alone("PHPSESSID=abc", files, SESSION_USER.text("other"))).isEqualTo("somebody");
        assertThat(alone("PHPSESSID=abc", USER)).isEqualTo("somebody");
        assertThat(alone("sid=abc", files, USER, SESSION_COOKIE.text("sid"))).isEqualTo("ann");
        assertThat(alone("PHPSESSID=abc", files, USER, SESSION_COOKIE.text("sid")))
                .isEqualTo("somebody");
        Files.writeString(folder.resolve("sess_abc"), "user|a:1:{s:4:\"name\";s:3:\"ben\";}");
        assertThat(alone("PHPSESSID=abc", files, SESSION_USER.text("user.name")))
                .isEqualTo("ben");
    }

    @Test
    @Row({SESSION_ROLES, SESSION_REQUIRED})
    void roles_and_required_restrict_access() throws Exception {
        String reader = REQUIRE_ROLE.with(REQUIRE_ROLE_ROLE.text("reader"));
        try (Site site = Site.start(web(
                route("/roles", ECHO, SESSION.with(files, USER, SESSION_ROLES.text("roles")), reader, WS),
                route("/none", ECHO, SESSION.with(files, USER), reader, WS),
                route("/required", ECHO, SESSION.with(files, USER, SESSION_REQUIRED.is("on")), WS),
                route("/any", ECHO, SESSION.with(files, USER), WS)))) {
            assertThat(status(site, "/roles", "abc")).isEqualTo(101);
            assertThat(status(site, "/none", "abc")).isEqualTo(403);
            assertThat(status(site, "/required", "abc")).isEqualTo(101);
            assertThat(status(site, "/required", "abd")).isEqualTo(401);
            assertThat(status(site, "/any", "abd")).isEqualTo(101);
        }
    }

    private static int status(Site site, String path, String id) throws IOException {
        try (RawWebSocket client = RawWebSocket.handshake(site.port(), path, ORIGIN, "Cookie: PHPSESSID=" + id)) {
            return HttpKeysTest.status(client.head());
        }
    }

    @Test
    @Row(SESSION_WATCH_INTERVAL)
    void watch_interval_closes_when_a_session_ends() throws Exception {
        try (Site site = Site.start(web(
                        chat("/often", files, USER, SESSION_WATCH_INTERVAL.is("1s")),
                        chat("/never", files, USER, SESSION_WATCH_INTERVAL.is("0s"))));
                RawWebSocket never = RawWebSocket.open(site.port(), "/never", ORIGIN, "Cookie: PHPSESSID=abc");
                RawWebSocket often = RawWebSocket.open(site.port(), "/often", ORIGIN, "Cookie: PHPSESSID=abc")) {
            assertThat(often.receive()).isEqualTo("* ann is here");
            Files.delete(folder.resolve("sess_abc"));
            often.assertClosed(4401);
            String received = never.receive();
            while (!received.equals("* ann has left")) {
                received = never.receive();
            }
        }
    }

    @Test
    @Row({SESSION_STORE_TIMEOUT, STORE_REDIS_TIMEOUT})
    void store_timeout_responds_503() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String at = STORE_REDIS_URI.text("redis://127.0.0.1:" + deaf.getLocalPort());
            try (Site site = Site.start(web(
                    chat("/limit", SESSION_STORE.is(STORE_REDIS.with(at)), SESSION_STORE_TIMEOUT.is("200ms")),
                    chat(
                            "/timeout",
                            SESSION_STORE.is(STORE_REDIS.with(at, STORE_REDIS_TIMEOUT.is("300ms"))),
                            SESSION_STORE_TIMEOUT.is("1h"))))) {
                assertThat(name(site, "/limit", "PHPSESSID=abc")).isEqualTo("503");
                assertThat(name(site, "/timeout", "PHPSESSID=abc")).isEqualTo("503");
            }
        }
    }

    @Test
    @Row({SESSION_CODEC, CODEC_JSON, CODEC_PHP, CODEC_PHP_BINARY, CODEC_PHP_SERIALIZE, CODEC_SPRING_JSON})
    void codec_reads_sessions_of_the_site() throws Exception {
        // spring-json reads Redis hashes, as Spring Session has them
        for (List<String> one : List.of(
                List.of("php", PHP),
                List.of("json", "{\"username\":\"ann\"}"),
                List.of("php-serialize", "a:1:{s:8:\"username\";s:3:\"ann\";}"),
                List.of("php-binary", "\busernames:3:\"ann\";"))) {
            Files.writeString(folder.resolve("sess_abc"), one.get(1));
            assertThat(alone("PHPSESSID=abc", files, USER, SESSION_CODEC.is(one.get(0))))
                    .as(one.get(0))
                    .isEqualTo("ann");
        }
        Files.writeString(folder.resolve("sess_abc"), PHP);
        assertThat(alone("PHPSESSID=abc", files, USER)).as("the default").isEqualTo("ann");
        redis((site, redis) -> {
            redis.hset("spring:session:sessions:abc", "sessionAttr:username", "\"ann\"");
            redis.hset("spring:session:sessions:abc", "maxInactiveInterval", "1800");
            redis.hset("spring:session:sessions:abc", "creationTime", String.valueOf(System.currentTimeMillis()));
            redis.hset("spring:session:sessions:abc", "lastAccessedTime", String.valueOf(System.currentTimeMillis()));
            assertThat(name(site, "/spring", "PHPSESSID=abc")).isEqualTo("ann");
        });
    }

    /** Object in Java serialization. */
    static final class Visitor implements java.io.Serializable {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("unused") // read from its serialized form
        final String name = "ann";
    }

    @Test
    @Row(CODEC_SPRING_ALLOW)
    void allow_reads_fields_of_a_class() throws Exception {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        new java.io.ObjectOutputStream(bytes).writeObject(new Visitor());
        redis((site, redis) -> {
            byte[] key = "spring:session:sessions:abc".getBytes(UTF_8);
            redis.hset(key, "sessionAttr:visitor".getBytes(UTF_8), bytes.toByteArray());
            redis.hset(key, "maxInactiveInterval".getBytes(UTF_8), serialized(1800));
            redis.hset(key, "creationTime".getBytes(UTF_8), serialized(System.currentTimeMillis()));
            redis.hset(key, "lastAccessedTime".getBytes(UTF_8), serialized(System.currentTimeMillis()));
            assertThat(name(site, "/allowed", "PHPSESSID=abc")).isEqualTo("ann");
            assertThat(name(site, "/not-allowed", "PHPSESSID=abc")).isNotEqualTo("ann");
        });
    }

    private static byte[] serialized(Object value) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        new java.io.ObjectOutputStream(bytes).writeObject(value);
        return bytes.toByteArray();
    }

    private static String spring(String path, String patient, String codec) {
        return chat(
                path,
                SESSION_STORE.is(STORE_REDIS.with(patient, STORE_REDIS_LAYOUT.is("spring"))),
                SESSION_CODEC.is(codec),
                SESSION_USER.text("visitor.name"));
    }

    /** Test body with a Redis server and a site with its sessions. */
    private interface WithRedis {
        void accept(Site site, Jedis redis) throws Exception;
    }

    private static void redis(WithRedis work) throws Exception {
        int port = Site.freePort();
        RedisServer server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        String uri = STORE_REDIS_URI.text("redis://127.0.0.1:" + port);
        String patient = STORE_REDIS_TIMEOUT.is("30s") + ", " + uri;
        try (Jedis redis = new Jedis("127.0.0.1", port);
                Site site = Site.start(web(
                        spring(
                                "/allowed",
                                patient,
                                CODEC_SPRING.with(CODEC_SPRING_ALLOW.texts(Visitor.class.getName()))),
                        spring("/not-allowed", patient, CODEC_SPRING.key()),
                        chat("/php", SESSION_STORE.is(STORE_REDIS.with(patient)), USER),
                        chat(
                                "/prefix",
                                SESSION_STORE.is(STORE_REDIS.with(patient, STORE_REDIS_PREFIX.text("mine:"))),
                                USER),
                        chat(
                                "/express",
                                SESSION_STORE.is(STORE_REDIS.with(patient, STORE_REDIS_LAYOUT.is("express"))),
                                SESSION_CODEC.is(CODEC_JSON),
                                USER),
                        chat(
                                "/spring",
                                SESSION_STORE.is(STORE_REDIS.with(patient, STORE_REDIS_LAYOUT.is("spring"))),
                                SESSION_CODEC.is(CODEC_SPRING_JSON),
                                USER)))) {
            work.accept(site, redis);
        } finally {
            server.stop();
        }
    }

    @Test
    @Row({STORE_REDIS_URI, STORE_REDIS_LAYOUT, STORE_REDIS_PREFIX})
    void redis_stores_sessions_under_its_prefix() throws Exception {
        redis((site, redis) -> {
            redis.set("PHPREDIS_SESSION:abc", PHP);
            redis.set("mine:abd", PHP);
            redis.set("sess:abe", "{\"username\":\"ann\"}");
            assertThat(name(site, "/php", "PHPSESSID=abc")).isEqualTo("ann");
            assertThat(name(site, "/php", "PHPSESSID=abd")).isEqualTo("somebody");
            assertThat(name(site, "/prefix", "PHPSESSID=abd")).isEqualTo("ann");
            assertThat(name(site, "/express", "PHPSESSID=abe")).isEqualTo("ann");
        });
    }

    @Test
    @Row(STORE_PHP_FILES_MAX_AGE)
    void max_age_ignores_old_files() throws Exception {
        Path file = folder.resolve("sess_abc");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100)));
        assertThat(alone("PHPSESSID=abc", files, USER)).isEqualTo("ann");
        String store = SESSION_STORE.is(STORE_PHP_FILES.with(
                STORE_PHP_FILES_SAVE_PATH.text(folder.toString()), STORE_PHP_FILES_MAX_AGE.is("50s")));
        assertThat(alone("PHPSESSID=abc", store, USER)).isEqualTo("somebody");
    }

    @Test
    @Row({STORE_MEMCACHED_HOST, STORE_MEMCACHED_PORT, STORE_MEMCACHED_PREFIX, STORE_MEMCACHED_TIMEOUT})
    void memcached_stores_sessions_under_its_prefix() throws Exception {
        RequiredPrograms.require("memcached");
        int port = Site.freePort();
        Process server = memcached(port);
        String at = STORE_MEMCACHED_HOST.text("127.0.0.1") + ", " + STORE_MEMCACHED_PORT.is(port);
        try {
            try (RawClient memcached = connected(server, port)) {
                memcached.send("set memc.sess.key.abc 0 0 " + PHP.length() + "\r\n" + PHP + "\r\n");
                assertThat(memcached.readLine()).isEqualTo("STORED");
                memcached.send("set mine.abd 0 0 " + PHP.length() + "\r\n" + PHP + "\r\n");
                assertThat(memcached.readLine()).isEqualTo("STORED");
            }
            String patient = STORE_MEMCACHED_TIMEOUT.is("30s");
            assertThat(alone("PHPSESSID=abc", SESSION_STORE.is(STORE_MEMCACHED.with(at, patient)), USER))
                    .isEqualTo("ann");
            String mine = SESSION_STORE.is(STORE_MEMCACHED.with(at, patient, STORE_MEMCACHED_PREFIX.text("mine.")));
            assertThat(alone("PHPSESSID=abd", mine, USER)).isEqualTo("ann");
            assertThat(alone("PHPSESSID=abc", mine, USER)).isEqualTo("somebody");
        } finally {
            server.destroy();
            server.waitFor();
        }
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String nobody = STORE_MEMCACHED_PORT.is(deaf.getLocalPort());
            String store = STORE_MEMCACHED.with(nobody, STORE_MEMCACHED_TIMEOUT.is("300ms"));
            assertThat(alone("PHPSESSID=abc", SESSION_STORE.is(store), SESSION_STORE_TIMEOUT.is("1h")))
                    .isEqualTo("503");
        }
    }

    static Process memcached(int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "env",
                "memcached",
                "-l",
                "127.0.0.1",
                "-p",
                "" + port,
                "-U",
                "0",
                "-u",
                System.getProperty("user.name"));
        builder.environment().put("PATH", RequiredPrograms.path());
        return builder.redirectErrorStream(true).start();
    }

    static RawClient connected(Process server, int port) throws IOException, InterruptedException {
        while (server.isAlive()) {
            try {
                return RawClient.to(port);
            } catch (IOException e) {
                SpinWait.once();
            }
        }
        String output = new String(server.getInputStream().readAllBytes(), UTF_8);
        throw new AssertionError("memcached exited with " + server.exitValue() + ": " + output);
    }

    private String database(String... statements) throws SQLException {
        String url = "jdbc:sqlite:" + folder.resolve("sessions" + System.nanoTime() + ".db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
        return STORE_JDBC_URL.text(url) + ", " + STORE_JDBC_TIMEOUT.is("30s") + ", " + STORE_JDBC_POOL_SIZE.is(1);
    }

    private static String jdbc(String... settings) {
        return SESSION_STORE.is(STORE_JDBC.with(settings));
    }

    @Test
    @Row({
        STORE_JDBC_URL,
        STORE_JDBC_DRIVER,
        STORE_JDBC_LAYOUT,
        STORE_JDBC_TABLE,
        STORE_JDBC_ID_COLUMN,
        STORE_JDBC_DATA_COLUMN,
        STORE_JDBC_LIFETIME_COLUMN,
        STORE_JDBC_TIME_COLUMN,
        STORE_JDBC_LIFETIME
    })
    void jdbc_stores_sessions_in_a_table() throws Exception {
        long now = Instant.now().getEpochSecond();
        String symfony = database(
                "create table sessions (sess_id text, sess_data blob, sess_lifetime integer, sess_time integer)",
                "insert into sessions values ('abc', '" + PHP + "', " + (now + 1000) + ", " + now + ")");
        assertThat(alone("PHPSESSID=abc", jdbc(symfony), USER)).isEqualTo("ann");
        assertThat(alone("PHPSESSID=abd", jdbc(symfony), USER)).isEqualTo("somebody");
        String own = database(
                "create table mine (i text, d blob, l integer, t integer)",
                "insert into mine values ('abc', '" + PHP + "', " + (now + 1000) + ", " + now + ")");
        assertThat(alone(
                        "PHPSESSID=abc",
                        jdbc(
                                own,
                                STORE_JDBC_TABLE.text("mine"),
                                STORE_JDBC_ID_COLUMN.text("i"),
                                STORE_JDBC_DATA_COLUMN.text("d"),
                                STORE_JDBC_LIFETIME_COLUMN.text("l"),
                                STORE_JDBC_TIME_COLUMN.text("t")),
                        USER))
                .isEqualTo("ann");
        int lifetime = PrintedKeys.secondsOf(STORE_JDBC_LIFETIME);
        String laravel = database(
                "create table sessions (id text, payload text, last_activity integer)",
                laravel("abc", now - lifetime / 2),
                laravel("abd", now - lifetime - 1));
        String[] settings = {laravel, STORE_JDBC_LAYOUT.is("laravel")};
        String codec = SESSION_CODEC.is(CODEC_PHP_SERIALIZE);
        assertThat(alone("PHPSESSID=abc", jdbc(settings), codec, USER)).isEqualTo("ann");
        assertThat(alone("PHPSESSID=abd", jdbc(settings), codec, USER)).isEqualTo("somebody");
        assertThat(alone(
                        "PHPSESSID=abd",
                        jdbc(laravel, STORE_JDBC_LAYOUT.is("laravel"), STORE_JDBC_LIFETIME.is("10h")),
                        codec,
                        USER))
                .isEqualTo("ann");
        Path driver = Path.of(org.sqlite
                .JDBC
                .class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(alone("PHPSESSID=abc", jdbc(symfony, STORE_JDBC_DRIVER.text(driver.toString())), USER))
                .isEqualTo("ann");
        assertThat(Site.problems(web(chat("/a", jdbc(symfony, STORE_JDBC_DRIVER.text("/nowhere.jar"))))))
                .singleElement()
                .asString()
                .contains("/nowhere.jar");
    }

    private static String laravel(String id, long time) {
        String payload = Base64.getEncoder().encodeToString("a:1:{s:8:\"username\";s:3:\"ann\";}".getBytes(UTF_8));
        return "insert into sessions values ('" + id + "', '" + payload + "', " + time + ")";
    }

    /** npm cookie-signature 1.2: {@code 's:' + sign('abc-_.123', 'keyboard cat')}, as express-session sends it. */
    private static final String EXPRESS = "s%3Aabc-_.123.x8sXXKjuv0VieB3xCkp6bAvj0sdGKvS%2BhpliONkBoNo";

    /** npm cookie-session 2.1, keys {@code ['new key', 'old key']}, a session with user and id. */
    private static final String COOKIE_SESSION =
            "session=eyJ1c2VyIjoiWm/DqyIsImlkIjo3fQ==; session.sig=64qJvSQMlO_Zwbzxg0xXq39hIPw";

    /** {@code secret_key_base} of the following two cookies, by ActiveSupport 6.1.7. */
    private static final String RAILS_SECRET = "0123456789abcdef".repeat(4);

    private static final String RAILS_SIGNED =
            "eyJfcmFpbHMiOnsibWVzc2FnZSI6ImV5SjFjMlZ5WDJsa0lqbzNMQ0p1WVcxbElqb2lXbS9EcXlKOSIsImV4cCI6bnVsbCwicHVyIjoiY29va2llLl9hcHBfc2Vzc2lvbiJ9fQ==--713e7081428078c2d611176e43cfcdb7d5695371";

    private static final String RAILS_ENCRYPTED =
            "nVa+GZuH4SmbelZ912VooKQwhS8UCW5uC8qJZLTb+FTALsSrrXo7p1QpTrYdFcWi+4/QugAKbfq/EL8CU9EMffRkwd+t+TbHDOTvrn9mRURu3XLwS63Y+0th+8sX7KFBQwoLwA==--0bPv/dLeCoRXNL9u--liwYuhKz6slBXUuinN5kKA==";

    @Test
    @Row({
        SESSION_TOKEN,
        TOKEN_COOKIE_NAME,
        TOKEN_BASE64_COOKIE_NAME,
        TOKEN_EXPRESS_NAME,
        TOKEN_EXPRESS_SECRETS,
        TOKEN_COOKIE_SESSION_NAME,
        TOKEN_COOKIE_SESSION_SECRETS,
        TOKEN_RAILS_NAME,
        TOKEN_RAILS_SECRETS,
        TOKEN_RAILS_SIGNED_NAME,
        TOKEN_RAILS_SIGNED_SECRETS,
        STORE_COOKIE
    })
    void token_verifies_signatures_of_the_site() throws Exception {
        Files.copy(folder.resolve("sess_abc"), folder.resolve("sess_abcdef"));
        assertThat(alone("PHPSESSID=abc", files, USER, SESSION_TOKEN.is(TOKEN_COOKIE)))
                .isEqualTo("ann");
        assertThat(alone("sid=abc", files, USER, SESSION_TOKEN.is(TOKEN_COOKIE.with(TOKEN_COOKIE_NAME.text("sid")))))
                .isEqualTo("ann");
        String base64 = Base64.getEncoder().encodeToString("abcdef".getBytes(UTF_8));
        assertThat(alone("SESSION=" + base64, files, USER, SESSION_TOKEN.is(TOKEN_BASE64_COOKIE)))
                .isEqualTo("ann");
        assertThat(alone(
                        "sid=" + base64,
                        files,
                        USER,
                        SESSION_TOKEN.is(TOKEN_BASE64_COOKIE.with(TOKEN_BASE64_COOKIE_NAME.text("sid")))))
                .isEqualTo("ann");
        express();

        List<String> self = List.of(SESSION_STORE.is(STORE_COOKIE), SESSION_CODEC.is(CODEC_JSON));
        String user = SESSION_USER.text("user");
        assertThat(signed(
                        self,
                        COOKIE_SESSION,
                        user,
                        TOKEN_COOKIE_SESSION.with(TOKEN_COOKIE_SESSION_SECRETS.texts("new key"))))
                .isEqualTo("Zoë");
        assertThat(signed(
                        self,
                        COOKIE_SESSION,
                        user,
                        TOKEN_COOKIE_SESSION.with(TOKEN_COOKIE_SESSION_SECRETS.texts("other key"))))
                .isEqualTo("somebody");
        assertThat(signed(
                        self,
                        COOKIE_SESSION,
                        user,
                        TOKEN_COOKIE_SESSION.with(
                                TOKEN_COOKIE_SESSION_SECRETS.texts("new key"),
                                TOKEN_COOKIE_SESSION_NAME.text("other"))))
                .isEqualTo("somebody");
        String name = SESSION_USER.text("name");
        String encrypted = "_app_session=" + URLEncoder.encode(RAILS_ENCRYPTED, UTF_8);
        String signedCookie = "_app_session=" + URLEncoder.encode(RAILS_SIGNED, UTF_8);
        String app = "_app_session";
        assertThat(signed(
                        self,
                        encrypted,
                        name,
                        TOKEN_RAILS.with(TOKEN_RAILS_NAME.text(app), TOKEN_RAILS_SECRETS.texts(RAILS_SECRET))))
                .isEqualTo("Zoë");
        assertThat(signed(self, encrypted, name, TOKEN_RAILS.with(TOKEN_RAILS_SECRETS.texts(RAILS_SECRET))))
                .isEqualTo("somebody");
        assertThat(signed(
                        self,
                        signedCookie,
                        name,
                        TOKEN_RAILS_SIGNED.with(
                                TOKEN_RAILS_SIGNED_NAME.text(app), TOKEN_RAILS_SIGNED_SECRETS.texts(RAILS_SECRET))))
                .isEqualTo("Zoë");
        assertThat(signed(
                        self,
                        signedCookie,
                        name,
                        TOKEN_RAILS_SIGNED.with(
                                TOKEN_RAILS_SIGNED_NAME.text(app),
                                TOKEN_RAILS_SIGNED_SECRETS.texts("fedcba9876543210".repeat(4)))))
                .isEqualTo("somebody");
        assertThat(signed(
                        self,
                        signedCookie,
                        name,
                        TOKEN_RAILS_SIGNED.with(TOKEN_RAILS_SIGNED_SECRETS.texts(RAILS_SECRET))))
                .isEqualTo("somebody");
    }

    private static void express() throws Exception {
        int port = Site.freePort();
        RedisServer server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        String store = SESSION_STORE.is(
                STORE_REDIS.with(STORE_REDIS_URI.text("redis://127.0.0.1:" + port), STORE_REDIS_TIMEOUT.is("30s")));
        String right = TOKEN_EXPRESS_SECRETS.texts("new cat", "keyboard cat");
        try (Jedis redis = new Jedis("127.0.0.1", port);
                Site site = Site.start(web(
                        chat("/default", store, USER, SESSION_TOKEN.is(TOKEN_EXPRESS.with(right))),
                        chat(
                                "/named",
                                store,
                                USER,
                                SESSION_TOKEN.is(TOKEN_EXPRESS.with(right, TOKEN_EXPRESS_NAME.text("sid")))),
                        chat(
                                "/wrong",
                                store,
                                USER,
                                SESSION_TOKEN.is(TOKEN_EXPRESS.with(TOKEN_EXPRESS_SECRETS.texts("wrong cat"))))))) {
            redis.set("PHPREDIS_SESSION:abc-_.123", PHP);
            assertThat(name(site, "/default", "connect.sid=" + EXPRESS)).isEqualTo("ann");
            assertThat(name(site, "/named", "sid=" + EXPRESS)).isEqualTo("ann");
            assertThat(name(site, "/wrong", "connect.sid=" + EXPRESS)).isEqualTo("somebody");
        } finally {
            server.stop();
        }
    }

    private String signed(List<String> self, String cookie, String user, String token) throws IOException {
        List<String> all = new ArrayList<>(self);
        all.add(user);
        all.add(SESSION_TOKEN.is(token));
        return alone(cookie, all.toArray(String[]::new));
    }
}
