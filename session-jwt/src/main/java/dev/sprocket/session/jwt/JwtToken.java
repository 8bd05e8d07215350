package dev.sprocket.session.jwt;

import com.google.errorprone.annotations.ThreadSafe;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.session.CookieStore;
import dev.sprocket.session.spi.SessionToken;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A signed token (JWT, RFC 7519) as a whole session: what it gives is the JSON of its claims, for {@link CookieStore},
 * until it expires. A token counts if a key verifies it, it says when it expires and that is not past, and, where it says so,
 * its time has begun. What its header says about keys is not believed, but for the name of one that is known here.
 *
 * <p>The first place that has a token decides. Unless told otherwise that is the header {@code Authorization: Bearer}, which
 * no browser sends with a WebSocket; a cookie, or a parameter of the query, can come from a page.
 */
@ThreadSafe
public final class JwtToken implements SessionToken {
    /** By how much clocks may differ unless told otherwise. */
    public static final Duration DEFAULT_LEEWAY = Duration.ofSeconds(30);

    private static final PeerLog LOG = PeerLog.of(JwtToken.class);
    /** Cookies of one name that are tried: 4. */
    private static final int MAX_TOKENS = 4;

    private static final String BEARER = "Bearer ";

    private final JwtKeys keys;
    private final List<Function<HttpRequest, List<String>>> places;
    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final Duration leeway;
    private final Clock clock;

    private JwtToken(
            JwtKeys keys,
            List<Function<HttpRequest, List<String>>> places,
            @Nullable String issuer,
            @Nullable String audience,
            Duration leeway,
            Clock clock) {
        this.keys = keys;
        this.places = places;
        this.issuer = issuer;
        this.audience = audience;
        this.leeway = leeway;
        this.clock = clock;
    }

    /** Verified with these keys. */
    public JwtToken(JwtKeys keys) {
        this(keys, List.of(), null, null, DEFAULT_LEEWAY, Clock.systemUTC());
    }

    private JwtToken from(Function<HttpRequest, List<String>> place) {
        List<Function<HttpRequest, List<String>>> all = new ArrayList<>(places);
        all.add(place);
        return new JwtToken(keys, List.copyOf(all), issuer, audience, leeway, clock);
    }

    /** From a cookie; may be called for several places. */
    public JwtToken fromCookie(String name) {
        return from(request -> Cookies.of(request).values(name));
    }

    /** From {@code Authorization: Bearer} (RFC 6750 2.1). */
    public JwtToken fromHeader() {
        return from(JwtToken::bearer);
    }

    /** From a parameter of the query. It is in the logs of every proxy on the way: let such tokens expire soon. */
    public JwtToken fromQuery(String name) {
        return from(request -> request.queryParameter(name).stream().toList());
    }

    /** Only with this {@code iss}. */
    public JwtToken issuer(String expected) {
        return new JwtToken(keys, places, expected, audience, leeway, clock);
    }

    /** Only with this among {@code aud}. */
    public JwtToken audience(String expected) {
        return new JwtToken(keys, places, issuer, expected, leeway, clock);
    }

    /** By how much clocks may differ. Throws {@link IllegalArgumentException} if it is negative. */
    public JwtToken leeway(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("leeway: " + time + " (expected: >= 0)");
        }
        return new JwtToken(keys, places, issuer, audience, time, clock);
    }

    /** By another clock. */
    public JwtToken clock(Clock other) {
        return new JwtToken(keys, places, issuer, audience, leeway, other);
    }

    @Override
    public Optional<String> find(HttpRequest request) {
        return findAll(request).stream().findFirst();
    }

    @Override
    public List<String> findAll(HttpRequest request) {
        List<String> shown = places.isEmpty()
                ? bearer(request)
                : places.stream()
                        .map(place -> place.apply(request))
                        .filter(some -> !some.isEmpty())
                        .findFirst()
                        .orElse(List.of());
        return shown.stream()
                .limit(MAX_TOKENS)
                .flatMap(one -> Optional.ofNullable(session(one)).stream())
                .toList();
    }

    private static List<String> bearer(HttpRequest request) {
        return request
                .header("Authorization")
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).trim())
                .stream()
                .toList();
    }

    /** The id of its claims, or {@code null}; a refused token stays a secret, since another server may take it. */
    private @Nullable String session(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (isValid(jwt)) {
                Instant end =
                        jwt.getJWTClaimsSet().getExpirationTime().toInstant().plus(leeway);
                return CookieStore.id(jwt.getPayload().toString(), end);
            }
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            // its message may hold what could not be parsed
            reject("form", "no signed JWT (expected: header.payload.signature){}", form(token));
        }
        return null;
    }

    /** What a token looks like that is no JWT, or another kind of one. */
    private static String form(String token) {
        long dots = token.chars().filter(c -> c == '.').count();
        if (dots == 4) {
            return "; it is encrypted (JWE)";
        }
        if (dots == 2 && token.endsWith(".")) {
            return "; it has no signature (alg none)";
        }
        return dots == 2 ? "" : "; it has " + (dots + 1) + " parts";
    }

    private static boolean reject(String cause, String why, Object... what) {
        LOG.cause(cause).info("JWT", "JWT refused: " + why, what);
        return false;
    }

    private boolean isValid(SignedJWT jwt) throws JOSEException, ParseException {
        JWSHeader header = jwt.getHeader();
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            return reject("crit", "crit in its header (expected: none, RFC 7515 4.1.11)");
        }
        if (!isSigned(jwt, header)) {
            return rejectUnverified(header);
        }
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            return reject("no exp", "exp is missing (expected: the time when it expires)");
        }
        if (!now.isBefore(expires.toInstant().plus(leeway))) {
            return reject("exp", "expired (exp={}, now={})", expires.toInstant(), now);
        }
        Date begins = claims.getNotBeforeTime();
        if (begins != null && now.isBefore(begins.toInstant().minus(leeway))) {
            return reject("nbf", "not valid yet (nbf={}, now={}); compare the clocks", begins.toInstant(), now);
        }
        if (issuer != null && !issuer.equals(claims.getIssuer())) {
            return reject("iss", "wrong issuer (iss={}, expected: {})", excerpt(claims.getIssuer()), issuer);
        }
        if (audience != null && !claims.getAudience().contains(audience)) {
            return reject("aud", "wrong audience (aud={}, expected: {})", excerpt(claims.getAudience()), audience);
        }
        return true;
    }

    private static String excerpt(@Nullable Object said) {
        return SafeText.excerpt(String.valueOf(said), 80);
    }

    /** Why no key verifies it. */
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
