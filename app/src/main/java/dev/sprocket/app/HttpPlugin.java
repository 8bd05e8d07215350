package dev.sprocket.app;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.PeerSet;
import dev.sprocket.http.Authenticator;
import dev.sprocket.http.Cors;
import dev.sprocket.http.CorsRules;
import dev.sprocket.http.ForwardedHeaders;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpLimits;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.HttpTimeouts;
import dev.sprocket.http.OriginFilter;
import dev.sprocket.http.Origins;
import dev.sprocket.http.RoleFilter;
import dev.sprocket.http.StaticFiles;
import dev.sprocket.http.TrustedProxies;
import dev.sprocket.http.User;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.SimpleFactory;
import dev.sprocket.plugin.StackType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Brings the parts of {@code http}. Not thread-safe. */
public final class HttpPlugin implements Plugin {
    static final StackType SOCKET = StackType.messages(Connection.class);
    static final StackType HTTP = StackType.messages(HttpConnection.class);

    private static final Option<Integer> HEAD = Option.size(
            "max-header-size", HttpLimits.DEFAULT.head(), "the longest request line and headers together; past it 431");
    private static final Option<Integer> HEADERS =
            Option.number("max-headers", HttpLimits.DEFAULT.headers(), 1, 10_000, "the most headers of a request");
    private static final Option<Integer> BODY =
            Option.size("max-body-size", HttpLimits.DEFAULT.body(), "the longest body of a request");
    private static final Option<Duration> HEAD_TIME = Option.duration(
                    "header-timeout", HttpTimeouts.DEFAULT.head(), "for a whole head to come")
            .positive();
    private static final Option<Duration> BODY_TIME = Option.duration(
                    "body-idle-timeout", HttpTimeouts.DEFAULT.body(), "for the next byte of a body to come")
            .positive();
    private static final Option<Duration> WHOLE_BODY_TIME = Option.duration(
                    "body-timeout", HttpTimeouts.DEFAULT.wholeBody(), "time for a whole body to come; past it 408")
            .positive();
    private static final Option<Integer> BODY_RATE = Option.number(
            "min-body-rate",
            HttpTimeouts.DEFAULT.bodyRate(),
            0,
            1 << 30,
            "least bytes per second of a body, in each span of body-idle-timeout; below it 408");
    private static final Option<Duration> ANSWER_TIME = Option.duration(
                    "response-timeout", HttpTimeouts.DEFAULT.response(), "for an answer to be given")
            .positive();
    private static final Option<Duration> KEEP_ALIVE = Option.duration(
                    "keep-alive-timeout", HttpTimeouts.DEFAULT.keepAlive(), "for the next request to begin")
            .positive();

    private enum WithoutOrigin {
        ALLOW,
        DENY,
        WITHOUT_CREDENTIALS
    }

    static final Option<List<String>> ORIGINS = Option.texts(
            "allow",
            List.of(),
            "pages that may connect: example.com, *.example.com, https://example.com:8443, or * for all",
            Origins::of);
    private static final Option<Boolean> SAME_HOST =
            Option.flag("same-host", true, "whether pages of the host that is connected to may");
    private static final Option<WithoutOrigin> NONE = Option.choice(
            "without-origin",
            WithoutOrigin.WITHOUT_CREDENTIALS,
            "requests without Origin that are let in: all (allow), none (deny), or those without cookies and Basic");

    /** For their defaults. */
    private static final CorsRules CORS = CorsRules.of(Origins.sameHost());

    private static final Option<List<String>> METHODS =
            Option.texts("methods", CORS.methods(), "methods that other sites' pages may use");
    private static final Option<List<String>> REQUEST_HEADERS =
            Option.texts("headers", CORS.requestHeaders(), "headers that other sites' pages may send");
    static final Option<Boolean> CREDENTIALS = Option.flag("credentials", false, "whether cookies come along");

    private static final Option<List<String>> PROXIES = Option.texts(
            "proxies",
            List.of("127.0.0.1", "::1", "unix"),
            "addresses and ranges of trusted proxies; unix is whoever connects through a Unix domain socket",
            PeerSet::check);

    private static final Option<ForwardedHeaders> FORWARDED = Option.choice(
            "headers",
            ForwardedHeaders.X_FORWARDED,
            "family of headers that is read, X-Forwarded-* or Forwarded; the other is ignored");

    private static final Option<String> USER = Option.requiredText("user", "the name");
    private static final Option<String> PASSWORD = Option.requiredSecret("password", "to be typed in");
    private static final Option<String> TOKEN = Option.requiredSecret("token", "to be sent along");
    private static final Option<List<String>> ROLES = Option.texts("roles", List.of(), "what the user may");
    private static final Option<List<Settings>> PASSWORDS =
            Option.table("users", List.of(USER, PASSWORD, ROLES), "who is let in, with user, password and roles");
    private static final Option<List<Settings>> TOKENS =
            Option.table("users", List.of(USER, TOKEN, ROLES), "who is let in, with user, token and roles");
    private static final Option<String> REALM = Option.text("realm", "Sprocket", "what a browser's question names");
    private static final Option<String> ROLE = Option.requiredText("role", "what the user must have");

    private static final Option<String> FOLDER = Option.requiredText("directory", "whose files are served");

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Module module() {
        return binder -> {
            var layers = Multibinder.newSetBinder(binder, LayerFactory.class);
            layers.addBinding()
                    .toInstance(SimpleFactory.layer(
                            "http",
                            "speaks HTTP/1.1, and HTTP/2 under TLS",
                            SOCKET,
                            HTTP,
                            List.of(
                                    HEAD,
                                    HEADERS,
                                    BODY,
                                    HEAD_TIME,
                                    BODY_TIME,
                                    WHOLE_BODY_TIME,
                                    BODY_RATE,
                                    ANSWER_TIME,
                                    KEEP_ALIVE),
                            HttpPlugin::http));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "origin-check",
                            "lets browsers through by the page that they show",
                            HTTP,
                            List.of(ORIGINS, SAME_HOST, NONE),
                            (inner, settings) -> new OriginFilter(origins(settings), LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "cors",
                            "lets pages of other sites read answers",
                            HTTP,
                            List.of(ORIGINS, SAME_HOST, METHODS, REQUEST_HEADERS, CREDENTIALS),
                            HttpPlugin::cors));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "trusted-proxies",
                            "takes client address, scheme and host from headers of trusted proxies",
                            HTTP,
                            List.of(PROXIES, FORWARDED),
                            (inner, settings) -> new TrustedProxies(
                                    settings.get(PROXIES), settings.get(FORWARDED), LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(SimpleFactory.identifying(
                            "basic-auth",
                            "asks for a name and a password",
                            HTTP,
                            List.of(REALM, PASSWORDS),
                            HttpPlugin::basic));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "bearer-auth", "asks for a token", HTTP, List.of(REALM, TOKENS), HttpPlugin::bearer));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "require-role",
                            "lets users through who have a role",
                            HTTP,
                            List.of(ROLE),
                            (inner, settings) -> new RoleFilter(settings.get(ROLE), LayerFactory.messages(inner))));
            Multibinder.newSetBinder(binder, ComponentFactory.class)
                    .addBinding()
                    .toInstance(SimpleFactory.route(
                            "files",
                            "serves the files of a folder",
                            HTTP,
                            List.of("", "/{path*}"),
                            List.of("GET"),
                            List.of(FOLDER),
                            settings -> new StaticFiles(Path.of(settings.get(FOLDER))).toComponent()));
        };
    }

    private static Component<?> http(Component<?> inner, Settings settings) {
        return new HttpServer(
                LayerFactory.messages(inner),
                new HttpLimits(settings.get(HEAD), settings.get(HEADERS), settings.get(BODY)),
                new HttpTimeouts(
                        settings.get(HEAD_TIME),
                        settings.get(BODY_TIME),
                        settings.get(ANSWER_TIME),
                        settings.get(KEEP_ALIVE),
                        settings.get(WHOLE_BODY_TIME),
                        settings.get(BODY_RATE)));
    }

    private static Origins origins(Settings settings) {
        String[] patterns = settings.get(ORIGINS).toArray(String[]::new);
        Origins origins = settings.get(SAME_HOST) ? Origins.sameHost().and(patterns) : Origins.of(patterns);
        return switch (settings.get(NONE)) {
            case ALLOW -> origins.allowMissing();
            case DENY -> origins.rejectMissing();
            case WITHOUT_CREDENTIALS -> origins;
        };
    }

    private static Component<?> cors(Component<?> inner, Settings settings) {
        String[] patterns = settings.get(ORIGINS).toArray(String[]::new);
        CorsRules rules = CorsRules.of(
                        settings.get(SAME_HOST) ? Origins.sameHost().and(patterns) : Origins.of(patterns))
                .withMethods(settings.get(METHODS).toArray(String[]::new))
                .withRequestHeaders(settings.get(REQUEST_HEADERS).toArray(String[]::new));
        return new Cors(settings.get(CREDENTIALS) ? rules.withCredentials() : rules, LayerFactory.messages(inner));
    }

    private static Component<?> basic(Component<?> inner, Settings settings) {
        List<Settings> users = settings.get(PASSWORDS);
        for (Settings user : users) {
            String name = user.get(USER);
            if (name.indexOf(':') >= 0) {
                throw new IllegalArgumentException("user: " + name + " (expected: no colon, RFC 7617 2)");
            }
        }
        return Authenticator.basic(
                settings.get(REALM),
                (name, password) -> CompletableFuture.completedStage(users.stream()
                        .filter(user -> user.get(USER).equals(name) && same(user.get(PASSWORD), password))
                        .findFirst()
                        .map(HttpPlugin::user)),
                LayerFactory.messages(inner));
    }

    private static Component<?> bearer(Component<?> inner, Settings settings) {
        Map<String, User> byToken = new LinkedHashMap<>();
        for (Settings user : settings.get(TOKENS)) {
            User other = byToken.put(user.get(TOKEN), user(user));
            if (other != null) {
                throw new IllegalArgumentException(
                        "users " + other.name() + " and " + user.get(USER) + " have one token (expected: one each)");
            }
        }
        return Authenticator.bearer(settings.get(REALM), byToken, LayerFactory.messages(inner));
    }

    private static User user(Settings settings) {
        return new User(settings.get(USER), Set.copyOf(settings.get(ROLES)), Map.of());
    }

    /** In the same time, whether the first letter differs or the last. */
    private static boolean same(String secret, String given) {
        return MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
