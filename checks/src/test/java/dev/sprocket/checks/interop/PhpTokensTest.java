package dev.sprocket.checks.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.session.jwt.JwtToken;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.testkit.HttpPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON Web Tokens that PHP signs with OpenSSL and libsodium. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class PhpTokensTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String PARTS = "function part($x) { return rtrim(strtr(base64_encode($x), '+/', '-_'), '='); }"
            + " function head($alg) { return part(json_encode(['alg' => $alg, 'kid' => 'site'])) . '.'"
            + " . part(json_encode(['sub' => 'ann', 'exp' => time() + 60])); } ";

    @TempDir
    Path folder;

    @BeforeEach
    void requirePhp() throws Exception {
        RequiredPrograms.requireWorking(
                "php with openssl and sodium",
                "php",
                "-r",
                "exit(extension_loaded('openssl') && extension_loaded('sodium') ? 0 : 1);");
    }

    private static String php(String code) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("/usr/bin/env", "php", "-r", PARTS + code).redirectErrorStream(true);
        builder.environment().put("PATH", RequiredPrograms.path());
        Process php = builder.start();
        String printed = new String(php.getInputStream().readAllBytes(), UTF_8);
        assertThat(php.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(php.exitValue()).as(printed).isZero();
        return printed;
    }

    private static String claims(JwtToken keys, String token) {
        JwtToken jwt = keys.fromCookie("jwt");
        MessageComponent<HttpConnection, Message> app = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.respond(HttpResponse.text(jwt.find(HttpRequest.of(conn))
                        .flatMap(id ->
                                new CookieStore().load(id).toCompletableFuture().join())
                        .map(session -> new String(session, UTF_8))
                        .orElse("nobody")));
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
        return HttpPeer.to(app).get("/", "Cookie: jwt=" + token).body();
    }

    @Test
    void hs256_token_with_shared_secret_is_accepted() throws Exception {
        String token = php(
                "$head = head('HS256'); echo $head, '.', part(hash_hmac('sha256', $head, '" + SECRET + "', true));");
        assertThat(claims(JwtToken.secret(SECRET), token)).startsWith("{\"sub\":\"ann\",\"exp\":");
        assertThat(claims(JwtToken.secret(SECRET + "!"), token)).isEqualTo("nobody");
    }

    @Test
    void rs256_token_with_pem_key_is_accepted() throws Exception {
        Path pem = folder.resolve("site.pem");
        String token = php("$key = openssl_pkey_new(['private_key_bits' => 2048]);"
                + " file_put_contents('" + pem + "', openssl_pkey_get_details($key)['key']);"
                + " $head = head('RS256'); openssl_sign($head, $signature, $key, OPENSSL_ALGO_SHA256);"
                + " echo $head, '.', part($signature);");
        assertThat(claims(JwtToken.pem(pem), token)).contains("\"ann\"");
    }

    @Test
    void eddsa_token_with_jwks_is_accepted() throws Exception {
        Path set = folder.resolve("jwks.json");
        String token =
                php("$pair = sodium_crypto_sign_keypair(); file_put_contents('" + set + "', json_encode(['keys' => [["
                        + " 'kty' => 'OKP', 'crv' =>"
                        + " 'Ed25519', 'kid' => 'site', 'x'"
                        + " => part(sodium_crypto_sign_publickey($pair))]]]));"
                        + " $head = head('EdDSA'); echo"
                        + " $head, '.',"
                        + " part(sodium_crypto_sign_detached($head,"
                        + " sodium_crypto_sign_secretkey($pair)));");
        assertThat(Files.readString(set)).contains("Ed25519");
        assertThat(claims(JwtToken.jwks(set), token)).contains("\"ann\"");
    }
}
