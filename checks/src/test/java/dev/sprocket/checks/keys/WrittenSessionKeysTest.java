package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.fixture.SessionWriterJar;
import dev.sprocket.leaktest.SpinWait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of sessions that a plugin writes, and of sessions in tokens. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class WrittenSessionKeysTest {
    private static final String WRITER = "session-writer";

    @TempDir
    Path folder;

    private String plugins;

    @BeforeEach
    void plugin() throws Exception {
        SessionWriterJar.writeTo(folder.resolve("plugins"));
        plugins =
                PLUGINS.object(PLUGINS_DIRECTORY.text(folder.resolve("plugins").toString()));
    }

    private static String begins(String path, String store, String... session) {
        List<String> all = new ArrayList<>(List.of(session));
        all.add(SESSION_STORE.is(store));
        return route(
                path,
                "{ " + WRITER + " { " + SESSION_STORE.is(store) + " } }",
                SESSION.with(all.toArray(String[]::new)));
    }

    private static String who(Site site, String path, String id) throws Exception {
        return site.get(path, "Cookie", "PHPSESSID=" + id).body();
    }

    @Test
    @Row({STORE_MEMORY_LIFETIME, STORE_MEMORY_MAX_SESSIONS})
    void memory_expires_sessions_and_evicts_the_oldest() throws Exception {
        try (Site site = Site.start(
                plugins,
                web(
                        begins("/default", STORE_MEMORY.key()),
                        begins("/short", STORE_MEMORY.with(STORE_MEMORY_LIFETIME.is("1s"))),
                        begins("/two", STORE_MEMORY.with(STORE_MEMORY_MAX_SESSIONS.is(2)))))) {
            String kept = site.get("/default?begin").body();
            String id = site.get("/short?begin").body();
            while (who(site, "/short", id).equals("ann")) {
                SpinWait.once();
            }
            assertThat(who(site, "/short", id)).isEqualTo("nobody");
            List<String> three = List.of(
                    site.get("/two?begin").body(),
                    site.get("/two?begin").body(),
                    site.get("/two?begin").body());
            assertThat(who(site, "/two", three.get(0))).isEqualTo("nobody");
            assertThat(who(site, "/two", three.get(1))).isEqualTo("ann");
            assertThat(who(site, "/two", three.get(2))).isEqualTo("ann");
            assertThat(who(site, "/default", kept)).isEqualTo("ann");
        }
    }

    @Test
    @Row(SESSION_WRITABLE)
    void writable_lets_components_change_a_session() throws Exception {
        Files.writeString(folder.resolve("sess_abc"), "username|s:3:\"ann\";");
        String store = SESSION_STORE.is(STORE_PHP_FILES.with(STORE_PHP_FILES_SAVE_PATH.text(folder.toString())));
        try (Site site = Site.start(
                plugins,
                web(
                        route("/default", WRITER, SESSION.with(store)),
                        route("/writable", WRITER, SESSION.with(store, SESSION_WRITABLE.is("on")))))) {
            assertThat(who(site, "/default?change", "abc")).isEqualTo("read-only");
            assertThat(Files.readString(folder.resolve("sess_abc"))).doesNotContain("changed");
            assertThat(who(site, "/writable?change", "abc")).isEqualTo("true");
            assertThat(Files.readString(folder.resolve("sess_abc"))).contains("changed|s:3:\"yes\";");
        }
    }

    @Test
    @Row(STORE_MEMCACHED_LIFETIME)
    void memcached_lifetime_applies_to_written_sessions() throws Exception {
        RequiredPrograms.require("memcached");
        int port = Site.freePort();
        Process server = SessionKeysTest.memcached(port);
        String at = STORE_MEMCACHED_PORT.is(port) + ", " + STORE_MEMCACHED_TIMEOUT.is("30s");
        try (RawClient memcached = SessionKeysTest.connected(server, port);
                Site site = Site.start(
                        plugins,
                        web(
                                changes("/default", STORE_MEMCACHED.with(at)),
                                changes("/hour", STORE_MEMCACHED.with(at, STORE_MEMCACHED_LIFETIME.is("1h")))))) {
            assertThat(lifetimeAfterChange(site, memcached, "/default"))
                    .isBetween(1L, (long) PrintedKeys.secondsOf(STORE_MEMCACHED_LIFETIME))
                    .isGreaterThan(PrintedKeys.secondsOf(STORE_MEMCACHED_LIFETIME) - 180L);
            assertThat(lifetimeAfterChange(site, memcached, "/hour")).isBetween(3600L - 180, 3600L);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static String changes(String path, String store) {
        return route(path, WRITER, SESSION.with(SESSION_STORE.is(store), SESSION_WRITABLE.is("on")));
    }

    private static long lifetimeAfterChange(Site site, RawClient memcached, String path) throws Exception {
        String session = "username|s:3:\"ann\";";
        memcached.send("set memc.sess.key.abc 0 0 " + session.length() + "\r\n" + session + "\r\n");
        assertThat(memcached.readLine()).isEqualTo("STORED");
        assertThat(who(site, path + "?change", "abc")).isEqualTo("true");
        // the meta command that shows for how many seconds an item lives
        String shown = memcached.send("mg memc.sess.key.abc t\r\n").readLine();
        assertThat(shown).startsWith("HD t");
        return Long.parseLong(shown.substring("HD t".length()));
    }

    /** Returns a JWT with these claims, signed with HMAC-SHA256. */
    private static String jwt(String secret, String claims) throws Exception {
        var base64 = java.util.Base64.getUrlEncoder().withoutPadding();
        String text = base64.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        return text + "." + base64.encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    }

    private static String ed25519(java.security.KeyPair pair, String claims) throws Exception {
        var base64 = java.util.Base64.getUrlEncoder().withoutPadding();
        String text = base64.encodeToString("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(UTF_8));
        var signer = java.security.Signature.getInstance("Ed25519");
        signer.initSign(pair.getPrivate());
        signer.update(text.getBytes(UTF_8));
        return text + "." + base64.encodeToString(signer.sign());
    }

    private static String claims(long secondsFromNow, String more) {
        return "{\"username\":\"ann\",\"exp\":" + (System.currentTimeMillis() / 1000 + secondsFromNow) + more + "}";
    }

    private static String tokens(String path, String... jwt) {
        return route(
                path,
                WRITER,
                SESSION.with(
                        SESSION_STORE.is(STORE_COOKIE),
                        SESSION_CODEC.is(CODEC_JSON),
                        SESSION_USER.text("username"),
                        SESSION_TOKEN.is(TOKEN_JWT.with(jwt))));
    }

    @Test
    @Row({
        TOKEN_JWT_SECRET,
        TOKEN_JWT_PEM,
        TOKEN_JWT_JWKS,
        TOKEN_JWT_COOKIE,
        TOKEN_JWT_HEADER,
        TOKEN_JWT_QUERY,
        TOKEN_JWT_ISSUER,
        TOKEN_JWT_AUDIENCE,
        TOKEN_JWT_LEEWAY
    })
    void jwt_is_a_session_in_a_signed_token() throws Exception {
        String secret = "0123456789abcdef-0123456789abcdef";
        String own = TOKEN_JWT_SECRET.text(secret);
        java.security.KeyPair pair =
                java.security.KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        Path pem = Files.writeString(
                folder.resolve("public.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(encoded) + "\n-----END PUBLIC KEY-----\n");
        String x = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        Path jwks = Files.writeString(
                folder.resolve("jwks.json"),
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"kid\":\"k1\",\"x\":\"" + x
                        + "\"}]}");
        int leeway = PrintedKeys.secondsOf(TOKEN_JWT_LEEWAY);
        try (Site site = Site.start(
                plugins,
                web(
                        tokens("/default", own),
                        tokens("/cookie", own, TOKEN_JWT_COOKIE.text("jwt")),
                        tokens("/both", own, TOKEN_JWT_COOKIE.text("jwt"), TOKEN_JWT_HEADER.is("on")),
                        tokens("/query", own, TOKEN_JWT_QUERY.text("t")),
                        tokens("/issuer", own, TOKEN_JWT_ISSUER.text("us")),
                        tokens("/audience", own, TOKEN_JWT_AUDIENCE.text("here")),
                        tokens("/leeway", own, TOKEN_JWT_LEEWAY.is("10m")),
                        tokens("/pem", TOKEN_JWT_PEM.text(pem.toString())),
                        tokens("/jwks", TOKEN_JWT_JWKS.text(jwks.toString()))))) {
            String good = jwt(secret, claims(600, ""));
            assertThat(bearer(site, "/default", good)).isEqualTo("ann");
            assertThat(bearer(site, "/default", jwt(secret + "x", claims(600, ""))))
                    .isEqualTo("nobody");
            assertThat(site.get("/cookie", "Cookie", "jwt=" + good).body()).isEqualTo("ann");
            assertThat(bearer(site, "/cookie", good)).isEqualTo("nobody");
            assertThat(bearer(site, "/both", good)).isEqualTo("ann");
            assertThat(site.get("/query?t=" + good).body()).isEqualTo("ann");
            assertThat(bearer(site, "/query", good)).isEqualTo("nobody");
            assertThat(bearer(site, "/issuer", good)).isEqualTo("nobody");
            assertThat(bearer(site, "/issuer", jwt(secret, claims(600, ",\"iss\":\"us\""))))
                    .isEqualTo("ann");
            assertThat(bearer(site, "/audience", good)).isEqualTo("nobody");
            assertThat(bearer(site, "/audience", jwt(secret, claims(600, ",\"aud\":[\"there\",\"here\"]"))))
                    .isEqualTo("ann");
            String late = jwt(secret, claims(-leeway - 1, ""));
            assertThat(bearer(site, "/default", late)).isEqualTo("nobody");
            assertThat(bearer(site, "/leeway", late)).isEqualTo("ann");
            assertThat(bearer(site, "/leeway", jwt(secret, claims(-601, "")))).isEqualTo("nobody");
            assertThat(bearer(site, "/default", jwt(secret, claims(-leeway / 2, ""))))
                    .isEqualTo("ann");
            String signed = ed25519(pair, claims(600, ""));
            assertThat(bearer(site, "/pem", signed)).isEqualTo("ann");
            assertThat(bearer(site, "/jwks", signed)).isEqualTo("ann");
            assertThat(bearer(site, "/pem", good)).isEqualTo("nobody");
        }
    }

    private static String bearer(Site site, String path, String token) throws Exception {
        return site.get(path, "Authorization", "Bearer " + token).body();
    }
}
