package dev.sprocket.session.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.session.token.SessionToken;
import dev.sprocket.testkit.HttpPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JwtTokenTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private static final KeyPair RSA = pair("RSA", 2048);
    private static final KeyPair EC = pair("EC", 256);
    private static final KeyPair ED = pair("Ed25519", 0);

    @TempDir
    Path folder;

    private static KeyPair pair(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (size > 0) {
                generator.initialize(size);
            }
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static JwtToken token(JwtToken keys) {
        return keys.clock(Clock.fixed(NOW, ZoneOffset.UTC)).fromCookie("jwt");
    }

    private static HttpRequest request(String target, String... headers) {
        AtomicReference<HttpRequest> seen = new AtomicReference<>();
        MessageComponent<HttpConnection, Message> app = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                seen.set(HttpRequest.of(conn));
                conn.respond(HttpResponse.text(""));
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
        HttpPeer.to(app).get(target, headers);
        return seen.get();
    }

    private static Optional<String> accepted(JwtToken token, String jwt) {
        return token.find(request("/", "Cookie: jwt=" + jwt));
    }

    private static String jwt(
            JWSAlgorithm algorithm,
            JWSSigner signer,
            Consumer<JWSHeader.Builder> header,
            Consumer<JWTClaimsSet.Builder> claims) {
        try {
            JWSHeader.Builder head = new JWSHeader.Builder(algorithm);
            header.accept(head);
            JWTClaimsSet.Builder body =
                    new JWTClaimsSet.Builder().subject("ann").expirationTime(Date.from(NOW.plusSeconds(60)));
            claims.accept(body);
            SignedJWT jwt = new SignedJWT(head.build(), body.build());
            jwt.sign(signer);
            return jwt.serialize();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String hs256(Consumer<JWTClaimsSet.Builder> claims) throws Exception {
        return jwt(JWSAlgorithm.HS256, new MACSigner(SECRET), head -> {}, claims);
    }

    private static String rs256(KeyPair pair, Consumer<JWSHeader.Builder> header) {
        return jwt(JWSAlgorithm.RS256, new RSASSASigner(pair.getPrivate()), header, claims -> {});
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }

    private static String claims() {
        return part("{\"sub\":\"eve\",\"exp\":" + NOW.plusSeconds(60).getEpochSecond() + "}");
    }

    private Path pem(KeyPair pair) throws Exception {
        return Files.writeString(
                Files.createTempFile(folder, "key", ".pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    private static byte[] edX() {
        byte[] info = ED.getPublic().getEncoded();
        return Arrays.copyOfRange(info, info.length - 32, info.length);
    }

    private static String eddsa(String algorithm) throws Exception {
        String signed = part("{\"alg\":\"" + algorithm + "\"}") + "." + claims();
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(ED.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    @CanIgnoreReturnValue
    private Path jwks(JWK... keys) throws Exception {
        return Files.writeString(folder.resolve("jwks.json"), new JWKSet(Arrays.asList(keys)).toString(true));
    }

    private static RSAKey rsa(String id, KeyPair pair) {
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic()).keyID(id).build();
    }

    @Test
    void claims_are_the_session() throws Exception {
        String jwt = hs256(claims -> claims.claim("name", "Ann"));
        String id = accepted(token(JwtToken.secret(SECRET)), jwt).orElseThrow();
        byte[] session = stored(NOW, id).orElseThrow();
        JWTClaimsSet claims = JWTClaimsSet.parse(new String(session, UTF_8));
        assertThat(claims.getSubject()).isEqualTo("ann");
        assertThat(claims.getStringClaim("name")).isEqualTo("Ann");
        assertThat(stored(NOW.plusSeconds(60).plus(JwtToken.DEFAULT_LEEWAY), id))
                .as("the session has expired since")
                .isEmpty();
    }

    private static Optional<byte[]> stored(Instant now, String id) {
        return new CookieStore(Clock.fixed(now, ZoneOffset.UTC))
                .load(id)
                .toCompletableFuture()
                .join();
    }

    @Test
    void token_is_found_in_cookie_header_or_query() throws Exception {
        JwtToken token = JwtToken.secret(SECRET).clock(Clock.fixed(NOW, ZoneOffset.UTC));
        String jwt = hs256(claims -> {});
        assertThat(token.find(request("/", "authorization: bearer " + jwt))).isPresent();
        assertThat(token.find(request("/", "Authorization: Basic " + jwt))).isEmpty();
        assertThat(token.find(request("/"))).isEmpty();
        assertThat(token.fromCookie("a").find(request("/", "Cookie: a=" + jwt))).isPresent();
        assertThat(token.fromCookie("a").find(request("/", "Authorization: Bearer " + jwt)))
                .isEmpty();
        assertThat(token.fromQuery("access_token").find(request("/?access_token=" + jwt)))
                .isPresent();
        assertThat(token.fromCookie("a").fromQuery("t").find(request("/?t=" + jwt)))
                .isPresent();
        assertThat(token.fromCookie("a").fromQuery("t").find(request("/?t=" + jwt, "Cookie: a=bad")))
                .as("the first source with a token is used")
                .isEmpty();
    }

    @Test
    void verifies_each_algorithm() throws Exception {
        String rsa = rs256(RSA, head -> {});
        String ec = jwt(
                JWSAlgorithm.ES256,
                new ECDSASigner((java.security.interfaces.ECPrivateKey) EC.getPrivate()),
                head -> {},
                claims -> {});
        assertThat(accepted(token(JwtToken.pem(pem(RSA))), rsa)).isPresent();
        assertThat(accepted(token(JwtToken.pem(pem(EC))), ec)).isPresent();
        assertThat(accepted(token(JwtToken.pem(pem(ED))), eddsa("EdDSA"))).isPresent();
        assertThat(accepted(token(JwtToken.pem(pem(ED))), eddsa("Ed25519"))).isPresent(); // RFC 9864
        assertThat(accepted(token(JwtToken.pem(pem(pair("RSA", 2048)))), rsa)).isEmpty();
        assertThat(accepted(token(JwtToken.pem(pem(pair("EC", 256)))), ec)).isEmpty();
        assertThat(accepted(token(JwtToken.pem(pem(pair("Ed25519", 0)))), eddsa("EdDSA")))
                .isEmpty();
        assertThat(accepted(token(JwtToken.secret(SECRET + "x")), hs256(claims -> {})))
                .isEmpty();
    }

    @Test
    void rejects_modified_token() throws Exception {
        String jwt = hs256(claims -> {});
        String[] parts = jwt.split("\\.");
        JwtToken token = token(JwtToken.secret(SECRET));
        assertThat(accepted(token, parts[0] + "." + claims() + "." + parts[2])).isEmpty();
        assertThat(accepted(token, parts[0] + "." + parts[1] + ".")).isEmpty();
        assertThat(accepted(token, parts[0] + "." + parts[1])).isEmpty();
        assertThat(accepted(token, parts[1] + "." + parts[0] + "." + parts[2])).isEmpty();
        assertThat(accepted(token, "")).isEmpty();
        assertThat(accepted(token, "a.b.c")).isEmpty();
        assertThat(accepted(token, "[".repeat(5000) + "." + parts[1] + "." + parts[2]))
                .isEmpty();
        String signed = eddsa("EdDSA");
        assertThat(accepted(token(JwtToken.pem(pem(ED))), signed.substring(0, signed.length() - 4)))
                .isEmpty();
    }

    @Test
    void rejects_algorithm_none() throws Exception {
        for (String none : new String[] {"none", "None", "NONE", ""}) {
            String head = part("{\"alg\":\"" + none + "\"}");
            for (JwtToken keys : new JwtToken[] {JwtToken.secret(SECRET), JwtToken.pem(pem(RSA))}) {
                assertThat(accepted(token(keys), head + "." + claims() + ".")).isEmpty();
                assertThat(accepted(token(keys), head + "." + claims() + ".AAAA"))
                        .isEmpty();
            }
        }
    }

    @Test
    void rejects_hmac_signed_with_public_key() throws Exception {
        // CVE-2015-9235 and similar: HMAC with the public key, in each form available to a server
        Path pem = pem(RSA);
        Path set = jwks(rsa("a", RSA));
        for (byte[] known : new byte[][] {
            Files.readAllBytes(pem),
            Files.readString(pem).trim().getBytes(UTF_8),
            RSA.getPublic().getEncoded(),
            Files.readAllBytes(set)
        }) {
            String forged = jwt(JWSAlgorithm.HS256, new MACSigner(known), head -> head.keyID("a"), claims -> {});
            assertThat(accepted(token(JwtToken.pem(pem)), forged)).isEmpty();
            assertThat(accepted(token(JwtToken.jwks(set)), forged)).isEmpty();
        }
    }

    @Test
    void ignores_keys_in_token_header() throws Exception {
        KeyPair attacker = pair("RSA", 2048);
        String embedded = rs256(attacker, head -> head.jwk(rsa("eve", attacker)));
        String remote = rs256(attacker, head -> head.jwkURL(java.net.URI.create("http://127.0.0.1:1/keys"))
                .keyID("a"));
        String path = rs256(attacker, head -> head.keyID("../../../dev/null"));
        for (JwtToken keys : new JwtToken[] {JwtToken.pem(pem(RSA)), JwtToken.jwks(jwks(rsa("a", RSA)))}) {
            for (String forged : new String[] {embedded, remote, path}) {
                assertThat(accepted(token(keys), forged)).isEmpty();
            }
        }
    }

    @Test
    void rejects_zero_ecdsa_signature() throws Exception {
        // CVE-2022-21449: r = s = 0 was accepted for every message
        String forged = part("{\"alg\":\"ES256\"}") + "." + claims() + "." + Base64URL.encode(new byte[64]);
        assertThat(accepted(token(JwtToken.pem(pem(EC))), forged)).isEmpty();
    }

    @Test
    void rejects_critical_header_parameters() throws Exception {
        String jwt = jwt(
                JWSAlgorithm.HS256,
                new MACSigner(SECRET),
                head -> head.criticalParams(java.util.Set.of("exp")).customParam("exp", 1),
                claims -> {});
        assertThat(accepted(token(JwtToken.secret(SECRET)), jwt)).isEmpty();
    }

    @Test
    void checks_not_before_and_expiry() throws Exception {
        JwtToken token = token(JwtToken.secret(SECRET)).leeway(Duration.ofSeconds(10));
        assertThat(accepted(token, hs256(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(9))))))
                .isPresent();
        assertThat(accepted(token, hs256(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(10))))))
                .isEmpty();
        assertThat(accepted(token, hs256(claims -> claims.expirationTime(null))))
                .isEmpty();
        assertThat(accepted(token, hs256(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(10))))))
                .isPresent();
        assertThat(accepted(token, hs256(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(11))))))
                .isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> token.leeway(Duration.ofSeconds(-1)));
    }

    @Test
    void checks_required_issuer_and_audience() throws Exception {
        JwtToken token = token(JwtToken.secret(SECRET)).issuer("site").audience("ws");
        assertThat(accepted(token, hs256(claims -> claims.issuer("site").audience("ws"))))
                .isPresent();
        assertThat(accepted(token, hs256(claims -> claims.issuer("site").audience(java.util.List.of("api", "ws")))))
                .isPresent();
        assertThat(accepted(token, hs256(claims -> claims.issuer("other").audience("ws"))))
                .isEmpty();
        assertThat(accepted(token, hs256(claims -> claims.issuer("site").audience("api"))))
                .isEmpty();
        assertThat(accepted(token, hs256(claims -> {}))).isEmpty();
    }

    @Test
    void jwks_file_is_reloaded_when_it_changes() throws Exception {
        KeyPair next = pair("RSA", 2048);
        Path file = jwks(rsa("old", RSA));
        JwtToken token = token(JwtToken.jwks(file));
        String old = rs256(RSA, head -> head.keyID("old"));
        String fresh = rs256(next, head -> head.keyID("new"));
        assertThat(accepted(token, old)).isPresent();
        assertThat(accepted(token, fresh)).isEmpty();

        jwks(rsa("old", RSA), rsa("new", next));
        assertThat(accepted(token, old)).isPresent();
        assertThat(accepted(token, fresh)).isPresent();

        Files.writeString(file, "{ broken");
        assertThat(accepted(token, fresh)).as("previous keys stay in use").isPresent();

        jwks(rsa("new", next));
        assertThat(accepted(token, old)).isEmpty();
        Files.delete(file);
        assertThat(accepted(token, fresh)).isPresent();
    }

    @Test
    void jwks_ignores_keys_for_other_uses() throws Exception {
        JwtToken token = token(JwtToken.jwks(jwks(
                rsa("r", RSA),
                new ECKey.Builder(Curve.P_256, (ECPublicKey) EC.getPublic())
                        .keyID("e")
                        .build(),
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(edX()))
                        .keyID("d")
                        .build())));
        assertThat(accepted(token, rs256(RSA, head -> head.keyID("r")))).isPresent();
        assertThat(accepted(token, rs256(RSA, head -> head.keyID("e")))).isEmpty();
        assertThat(accepted(token, eddsa("EdDSA"))).isPresent();

        RSAKey encrypts = new RSAKey.Builder((RSAPublicKey) RSA.getPublic())
                .keyUse(KeyUse.ENCRYPTION)
                .build();
        RSAKey other = new RSAKey.Builder((RSAPublicKey) RSA.getPublic())
                .algorithm(JWSAlgorithm.PS256)
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtToken.jwks(jwks(encrypts, other)))
                .withMessageContaining("expected: key for HS256, RS256, ES256 or EdDSA");
    }

    @Test
    void rejects_weak_keys() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtToken.secret("short"))
                .withMessage("secret of 5 bytes (expected: >= 32, RFC 7518 3.2)");
        Path weak = pem(pair("RSA", 1024));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtToken.pem(weak))
                .withMessage("RSA key of 1024 bits (expected: >= 2048, RFC 7518 3.3)");
        Path curve = pem(pair("EC", 384));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JwtToken.pem(curve))
                .withMessageContaining("expected: RSA, EC on the curve P-256, or Ed25519");
        Path junk = Files.writeString(folder.resolve("junk"), "junk");
        assertThatIllegalArgumentException().isThrownBy(() -> JwtToken.pem(junk));
        assertThatIllegalArgumentException().isThrownBy(() -> JwtToken.jwks(junk));
    }

    @Test
    void plugin_creates_configured_token() throws Exception {
        ServiceFactory<SessionToken> factory = Plugins.discover()
                .injector(binder -> {})
                .getInstance(FactoryRegistry.class)
                .services(SessionToken.class)
                .iterator()
                .next();
        assertThat(factory.name()).isEqualTo("jwt");
        SessionToken token = factory.create(factory.settings(
                "secret = " + SECRET + ", cookie = a, query = t, issuer = site, audience = ws, leeway = 5s"));
        assertThat(token.find(request("/?t=x"))).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> factory.create(factory.settings("")))
                .withMessage("no keys, or several (expected: one of secret, pem, jwks)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> factory.create(factory.settings("jwks = /nowhere/keys.json")))
                .withMessageContaining("/nowhere/keys.json");
    }

    private static List<String> logged(Runnable action) {
        Logger logger = (Logger) LoggerFactory.getLogger(JwtToken.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        PeerLog.flush();
        log.start();
        logger.addAppender(log);
        try {
            action.run();
        } finally {
            logger.detachAppender(log);
        }
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static void assertRejected(JwtToken token, String jwt, String reason) {
        List<String> lines = logged(() -> assertThat(accepted(token, jwt)).isEmpty());
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("JWT rejected, token ignored: reason=")
                .contains(reason);
        for (String part : jwt.split("\\.")) {
            assertThat(lines.get(0)).doesNotContain(part);
        }
    }

    @Test
    void logs_reason_of_each_rejection() throws Exception {
        JwtToken token = token(JwtToken.secret(SECRET));
        assertRejected(
                token, hs256(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(60)))), "expired (exp=2029-12");
        assertRejected(token, hs256(claims -> claims.expirationTime(null)), "exp is missing");
        assertRejected(
                token, hs256(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(60)))), "not valid yet (nbf=");
        assertRejected(
                token.issuer("site"),
                hs256(claims -> claims.issuer("e\nvil")),
                "wrong issuer (iss=e\\u000avil, expected: site)");
        assertRejected(
                token.audience("site"), hs256(claims -> claims.audience("other")), "wrong audience (aud=[other]");
        assertRejected(
                token(JwtToken.secret("x".repeat(32))), hs256(claims -> {}), "signature does not match (wrong secret");
        assertRejected(token, rs256(RSA, header -> {}), "alg RS256 (expected: [HS256])");
        assertRejected(token, part("{\"alg\":\"none\"}") + "." + claims() + ".", "alg none");
        assertRejected(token, "QUFB.QUFC.QUFD.QUFE.QUFF", "encrypted (JWE)");
        assertRejected(token, "sessionid123456", "1 part(s)");
    }
}
