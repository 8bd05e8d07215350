package dev.sprocket.session.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A signed token (JWT, RFC 7519) as a whole session: what it gives is the JSON of its claims, for {@link CookieStore},
 * until it expires. A token counts if a key verifies it, it says when it expires and that is not past, and, where it says so,
 * its time has begun. What its header says about keys is not believed, but for the name of one that is known here.
 *
 * <p>The first place that has a token decides. Unless told otherwise that is the header {@code Authorization: Bearer}, which
 * no browser sends with a WebSocket; a cookie, or a parameter of the query, can come from a page.
 *
 * <p>Threads: any; it does not change.
 */
public final class JwtToken implements SessionToken {
    /** By how much clocks may differ unless told otherwise. */
    public static final Duration LEEWAY = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(JwtToken.class);
    private static final String BEARER = "Bearer ";

    private final JwtKeys keys;
    private final List<Function<HttpRequest, Optional<String>>> places;
    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final Duration leeway;
    private final Clock clock;

    private JwtToken(
            JwtKeys keys,
            List<Function<HttpRequest, Optional<String>>> places,
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
        this(keys, List.of(), null, null, LEEWAY, Clock.systemUTC());
    }

    private JwtToken from(Function<HttpRequest, Optional<String>> place) {
        List<Function<HttpRequest, Optional<String>>> all = new ArrayList<>(places);
        all.add(place);
        return new JwtToken(keys, List.copyOf(all), issuer, audience, leeway, clock);
    }

    /** From a cookie; may be called for several places. */
    public JwtToken fromCookie(String name) {
        return from(request -> Cookies.of(request).value(name));
    }

    /** From {@code Authorization: Bearer} (RFC 6750 2.1). */
    public JwtToken fromHeader() {
        return from(JwtToken::bearer);
    }

    /** From a parameter of the query. It is in the logs of every proxy on the way: let such tokens expire soon. */
    public JwtToken fromQuery(String name) {
        return from(request -> request.queryParameter(name));
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
    public Optional<String> of(HttpRequest request) {
        Optional<String> token = places.isEmpty()
                ? bearer(request)
                : places.stream()
                        .flatMap(place -> place.apply(request).stream())
                        .findFirst();
        return token.flatMap(shown -> Optional.ofNullable(session(shown)));
    }

    private static Optional<String> bearer(HttpRequest request) {
        return request.header("Authorization")
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).trim());
    }

    /** The id of its claims, or {@code null}; a refused token stays a secret, since another server may take it. */
    private @Nullable String session(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            String wrong = wrong(jwt);
            if (wrong == null) {
                Instant end =
                        jwt.getJWTClaimsSet().getExpirationTime().toInstant().plus(leeway);
                return CookieStore.id(jwt.getPayload().toString(), end);
            }
            LOG.debug("a token is refused: {}", wrong);
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            // its message may hold what could not be parsed
            LOG.debug("a token is refused: it is no signed JWT");
        }
        return null;
    }

    private @Nullable String wrong(SignedJWT jwt) throws JOSEException, ParseException {
        JWSHeader header = jwt.getHeader();
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            return "its header has critical parameters (RFC 7515 4.1.11)";
        }
        if (!isSigned(jwt, header)) {
            return "no key that it may have been signed with verifies it";
        }
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        if (expires == null || !now.isBefore(expires.toInstant().plus(leeway))) {
            return "exp: " + expires + " (expected: in the future)";
        }
        Date begins = claims.getNotBeforeTime();
        if (begins != null && now.isBefore(begins.toInstant().minus(leeway))) {
            return "nbf: " + begins + " (expected: not in the future)";
        }
        if (issuer != null && !issuer.equals(claims.getIssuer())) {
            return "iss is another (expected: " + issuer + ")";
        }
        return audience == null || claims.getAudience().contains(audience)
                ? null
                : "aud is another (expected: " + audience + ")";
    }

    private boolean isSigned(SignedJWT jwt, JWSHeader header) throws JOSEException {
        for (JwtKey key : keys.all()) {
            if (key.fits(header.getAlgorithm(), header.getKeyID()) && jwt.verify(key.verifier())) {
                return true;
            }
        }
        return false;
    }
}
