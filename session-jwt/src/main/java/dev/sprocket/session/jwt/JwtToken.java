package dev.sprocket.session.jwt;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.session.token.SessionToken;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/**
 * Signed token (JWT, RFC 7519) that contains a whole session.
 *
 * <p>The session is the JSON of the claims, for {@link CookieStore}, until the token expires. A token is valid if a
 * key verifies it, it has an expiry ({@code exp}) in the future, and its {@code nbf}, if present, has passed. From
 * the header only the id of a known key is used; embedded keys are ignored.
 *
 * <p>The first source that has a token is used. The default source is the header {@code Authorization: Bearer}, which
 * browsers do not send with a WebSocket handshake; a web page can send a cookie, a subprotocol or a query parameter.
 */
@ThreadSafe
public final class JwtToken implements SessionToken {
    /** Default tolerance for clock differences: 30 seconds. */
    public static final Duration DEFAULT_LEEWAY = Duration.ofSeconds(30);

    private static final PeerLog LOG = PeerLog.of(JwtToken.class);
    /** Maximum number of tokens of one source that are tried: 4. */
    private static final int MAX_TOKENS = 4;

    private static final String BEARER = "Bearer ";

    private final JwtKeys keys;
    private final List<Function<HttpRequest, List<String>>> sources;
    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final Duration leeway;
    private final Clock clock;

    private JwtToken(
            JwtKeys keys,
            List<Function<HttpRequest, List<String>>> sources,
            @Nullable String issuer,
            @Nullable String audience,
            Duration leeway,
            Clock clock) {
        this.keys = keys;
        this.sources = sources;
        this.issuer = issuer;
        this.audience = audience;
        this.leeway = leeway;
        this.clock = clock;
    }

    private static JwtToken of(JwtKeys keys) {
        return new JwtToken(keys, List.of(), null, null, DEFAULT_LEEWAY, Clock.systemUTC());
    }

    /**
     * Returns a token that is verified with a secret in UTF-8, by HS256.
     *
     * @throws IllegalArgumentException if it has fewer than 32 bytes
     */
    public static JwtToken secret(String secret) {
        return of(JwtKeys.secret(secret.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Returns a token that is verified with a secret, by HS256.
     *
     * @throws IllegalArgumentException if it has fewer than 32 bytes
     */
    public static JwtToken secret(byte[] secret) {
        return of(JwtKeys.secret(secret));
    }

    /**
     * Returns a token that is verified with a public key or certificate in PEM.
     *
     * <p>The algorithm is RS256 for an RSA key, ES256 for a key on the curve P-256, EdDSA for an Ed25519 key.
     *
     * @throws IllegalArgumentException if the file has no supported key
     * @throws UncheckedIOException if the file cannot be read
     */
    public static JwtToken pem(Path file) {
        return of(JwtKeys.pem(file));
    }

    /**
     * Returns a token that is verified with a JWKS file (RFC 7517).
     *
     * <p>The file is reloaded when it changes; if it cannot be read then, the previous keys stay in use. Each key is
     * used with one algorithm, as in {@link #pem}, or HS256 for a secret. Keys for other uses are ignored.
     *
     * @throws IllegalArgumentException if the file is not a JWKS, or has no supported key
     * @throws UncheckedIOException if the file cannot be read
     */
    public static JwtToken jwks(Path file) {
        return of(JwtKeys.jwks(file));
    }

    private JwtToken from(Function<HttpRequest, List<String>> source) {
        List<Function<HttpRequest, List<String>>> extended = new ArrayList<>(sources);
        extended.add(source);
        return new JwtToken(keys, List.copyOf(extended), issuer, audience, leeway, clock);
    }

    /** Returns a copy with a cookie as another source. */
    public JwtToken fromCookie(String name) {
        return from(request -> Cookies.of(request).values(name));
    }

    /** Returns a copy with the header {@code Authorization: Bearer} (RFC 6750 2.1) as another source. */
    public JwtToken fromHeader() {
        return from(JwtToken::bearer);
    }

    /**
     * Returns a copy with a query parameter as another source.
     *
     * <p>Proxies log query parameters: use a short expiry for such tokens.
     */
    public JwtToken fromQuery(String name) {
        return from(request -> request.queryParameter(name).stream().toList());
    }

    /**
     * Returns a copy with a subprotocol as another source, such as {@code bearer.}.
     *
     * <p>Browsers cannot set headers of a WebSocket handshake except the list of subprotocols: {@code new
     * WebSocket(url, ["wamp.2.json", "bearer." + token])}. The server selects another one of the list.
     *
     * @param prefix beginning of the subprotocol, before the token
     */
    public JwtToken fromSubprotocol(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("prefix of the subprotocol is empty (expected: such as bearer.)");
        }
        return from(request -> request.headers("Sec-WebSocket-Protocol").stream()
                .flatMap(list -> Stream.of(list.split(",")))
                .map(String::trim)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList());
    }

    /** Returns a copy that requires this issuer ({@code iss}). */
    public JwtToken issuer(String expected) {
        return new JwtToken(keys, sources, expected, audience, leeway, clock);
    }

    /** Returns a copy that requires this audience among {@code aud}. */
    public JwtToken audience(String expected) {
        return new JwtToken(keys, sources, issuer, expected, leeway, clock);
    }

    /**
     * Returns a copy with another tolerance for clock differences.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public JwtToken leeway(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("leeway: " + time + " (expected: >= 0)");
        }
        return new JwtToken(keys, sources, issuer, audience, time, clock);
    }

    /** Returns a copy with another clock. */
    public JwtToken clock(Clock other) {
        return new JwtToken(keys, sources, issuer, audience, leeway, other);
    }

    @Override
    public Optional<String> find(HttpRequest request) {
        return findAll(request).stream().findFirst();
    }

    @Override
    public List<String> findAll(HttpRequest request) {
        List<String> tokens = sources.isEmpty()
                ? bearer(request)
                : sources.stream()
                        .map(source -> source.apply(request))
                        .filter(found -> !found.isEmpty())
                        .findFirst()
                        .orElse(List.of());
        return tokens.stream()
                .limit(MAX_TOKENS)
                .flatMap(token -> Optional.ofNullable(session(token)).stream())
                .toList();
    }

    /** Verifies a JWT by itself. */
    @Override
    public Optional<String> verify(String token) {
        return Optional.ofNullable(session(token));
    }

    private static List<String> bearer(HttpRequest request) {
        return request
                .header("Authorization")
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).trim())
                .stream()
                .toList();
    }

    /**
     * Returns the store id of the claims, or {@code null} if the token is invalid.
     *
     * <p>A rejected token is never logged, since another server may accept it.
     */
    private @Nullable String session(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (isValid(jwt)) {
                Instant end =
                        jwt.getJWTClaimsSet().getExpirationTime().toInstant().plus(leeway);
                return CookieStore.id(jwt.getPayload().toString(), end);
            }
        } catch (JOSEException e) {
            // the messages of these exceptions may contain the token
            reject(
                    "verification",
                    "signature cannot be verified ({})",
                    e.getClass().getSimpleName());
        } catch (ParseException | IllegalArgumentException e) {
            reject("form", "not a signed JWT (expected: header.payload.signature){}", form(token));
        }
        return null;
    }

    /** Describes the form of an invalid token. */
    private static String form(String token) {
        long dots = token.chars().filter(c -> c == '.').count();
        if (dots == 4) {
            return "; encrypted (JWE)";
        }
        if (dots == 2 && token.endsWith(".")) {
            return "; no signature (alg none)";
        }
        return dots == 2 ? "" : "; " + (dots + 1) + " part(s)";
    }

    @CanIgnoreReturnValue
    private static boolean reject(String cause, String reason, Object... arguments) {
        LOG.cause(cause)
                .info(
                        "JWT",
                        "JWT rejected, token ignored: reason=\"{}\"",
                        MessageFormatter.basicArrayFormat(reason, arguments));
        return false;
    }

    private boolean isValid(SignedJWT jwt) throws JOSEException, ParseException {
        JWSHeader header = jwt.getHeader();
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            return reject("crit", "crit in the header (expected: none, RFC 7515 4.1.11)");
        }
        if (!isSigned(jwt, header)) {
            return rejectUnverified(header);
        }
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            return reject("no exp", "exp is missing (expected: an expiry time)");
        }
        if (!now.isBefore(expires.toInstant().plus(leeway))) {
            return reject("exp", "expired (exp={}, now={})", expires.toInstant(), now);
        }
        Date begins = claims.getNotBeforeTime();
        if (begins != null && now.isBefore(begins.toInstant().minus(leeway))) {
            return reject("nbf", "not valid yet (nbf={}, now={}); check the clocks", begins.toInstant(), now);
        }
        if (issuer != null && !issuer.equals(claims.getIssuer())) {
            return reject("iss", "wrong issuer (iss={}, expected: {})", excerpt(claims.getIssuer()), issuer);
        }
        if (audience != null && !claims.getAudience().contains(audience)) {
            return reject("aud", "wrong audience (aud={}, expected: {})", excerpt(claims.getAudience()), audience);
        }
        return true;
    }

    private static String excerpt(@Nullable Object value) {
        return SafeText.excerpt(String.valueOf(value), 80);
    }

    /** Logs the reason that no key verifies the token. */
    private boolean rejectUnverified(JWSHeader header) {
        List<JwtKey> known = keys.all();
        List<JwtKey> ofAlgorithm = known.stream()
                .filter(key -> key.algorithm().equals(header.getAlgorithm()))
                .toList();
        if (ofAlgorithm.isEmpty()) {
            return reject(
                    "alg",
                    "alg {} (expected: {})",
                    excerpt(header.getAlgorithm()),
                    known.stream().map(JwtKey::algorithm).distinct().limit(4).toList());
        }
        if (ofAlgorithm.stream().noneMatch(key -> key.matches(header.getAlgorithm(), header.getKeyID()))) {
            return reject(
                    "kid",
                    "unknown key (kid={}, expected: {})",
                    excerpt(header.getKeyID()),
                    ofAlgorithm.stream().map(JwtKey::id).limit(8).toList());
        }
        return reject("signature", "signature does not match (wrong secret or key, alg={})", header.getAlgorithm());
    }

    private boolean isSigned(SignedJWT jwt, JWSHeader header) throws JOSEException {
        for (JwtKey key : keys.all()) {
            if (key.matches(header.getAlgorithm(), header.getKeyID()) && jwt.verify(key.verifier())) {
                return true;
            }
        }
        return false;
    }
}
