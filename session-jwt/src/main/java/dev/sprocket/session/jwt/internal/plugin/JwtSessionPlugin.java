package dev.sprocket.session.jwt.internal.plugin;

import com.google.inject.Module;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.session.jwt.JwtToken;
import dev.sprocket.session.token.SessionToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Plugin with the session token {@code jwt}. Not thread-safe. */
public final class JwtSessionPlugin implements Plugin {
    private static final Option<Optional<String>> SECRET =
            Option.optionalSecret("secret", "Secret for HS256, at least 32 bytes");
    private static final Option<Optional<String>> PEM =
            Option.optionalString("pem", "PEM file with the public key or certificate, for RS256, ES256 and EdDSA");
    private static final Option<Optional<String>> JWKS =
            Option.optionalString("jwks", "JWKS file with several keys; read again when it changes");
    private static final Option<Optional<String>> COOKIE =
            Option.optionalString("cookie", "Cookie that carries the token");
    private static final Option<Boolean> HEADER = Option.flag(
            "header", false, "Authorization: Bearer as a source of the token; always on if no other source is set");
    private static final Option<Optional<String>> QUERY =
            Option.optionalString("query", "Query parameter that carries the token");
    private static final Option<Optional<String>> SUBPROTOCOL = Option.optionalString(
            "subprotocol",
            "Beginning of the WebSocket subprotocol that carries the token, such as bearer. for bearer.TOKEN; pages"
                    + " cannot set headers of a handshake");
    private static final Option<Optional<String>> ISSUER = Option.optionalString(
            "issuer", "Issuer that iss must equal; other tokens count as no session; default: any issuer");
    private static final Option<Optional<String>> AUDIENCE = Option.optionalString(
            "audience", "Audience that aud must contain; other tokens count as no session; default: any audience");
    private static final Option<Duration> LEEWAY =
            Option.duration("leeway", JwtToken.DEFAULT_LEEWAY, "Maximum clock difference to the issuer");

    @Override
    public String name() {
        return "session-jwt";
    }

    @Override
    public Module module() {
        return binder -> ServiceFactory.services(binder)
                .addBinding()
                .toInstance(Factory.named("jwt", "Session in a signed token (JWT)")
                        .options(SECRET, PEM, JWKS, COOKIE, HEADER, QUERY, SUBPROTOCOL, ISSUER, AUDIENCE, LEEWAY)
                        .service(SessionToken.class, JwtSessionPlugin::token));
    }

    private static SessionToken token(Settings settings) {
        JwtToken token = verified(settings).leeway(settings.get(LEEWAY));
        if (settings.get(COOKIE).isPresent()) {
            token = token.fromCookie(settings.get(COOKIE).get());
        }
        if (settings.get(HEADER)) {
            token = token.fromHeader();
        }
        if (settings.get(QUERY).isPresent()) {
            token = token.fromQuery(settings.get(QUERY).get());
        }
        if (settings.get(SUBPROTOCOL).isPresent()) {
            token = token.fromSubprotocol(settings.get(SUBPROTOCOL).get());
        }
        if (settings.get(ISSUER).isPresent()) {
            token = token.issuer(settings.get(ISSUER).get());
        }
        return settings.get(AUDIENCE).isPresent()
                ? token.audience(settings.get(AUDIENCE).get())
                : token;
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException || e instanceof AccessDeniedException
                ? e.getMessage() + ": cannot be read: file not found or access denied"
                : "cannot be read: " + e.getMessage();
    }

    private static JwtToken verified(Settings settings) {
        Optional<String> secret = settings.get(SECRET);
        Optional<String> pem = settings.get(PEM);
        Optional<String> jwks = settings.get(JWKS);
        if (List.of(secret, pem, jwks).stream().filter(Optional::isPresent).count() != 1) {
            throw new IllegalArgumentException("no keys, or several (expected: one of secret, pem, jwks)");
        }
        try {
            return secret.map(JwtToken::secret)
                    .or(() -> pem.map(Path::of).map(JwtToken::pem))
                    .or(() -> jwks.map(Path::of).map(JwtToken::jwks))
                    .orElseThrow();
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException(reason(Objects.requireNonNull(e.getCause())), e);
        }
    }
}
