package dev.sprocket.config.internal.layer;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.net.PeerSet;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpLimits;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.HttpTimeouts;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.auth.RoleFilter;
import dev.sprocket.http.files.StaticFiles;
import dev.sprocket.http.origin.Cors;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.proxy.TrustedProxies;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plugin with the layers and components of {@code http}. Not thread-safe. */
public final class HttpPlugin implements Plugin {
    static final StackType SOCKET = StackType.messages(Connection.class);
    public static final StackType HTTP = StackType.messages(HttpConnection.class);

    private static final Option<Integer> MAX_HEADER_SIZE = Option.size(
            "max-header-size",
            HttpLimits.DEFAULT.head(),
            "Maximum size of the request line and headers together; beyond it 431");
    private static final Option<Integer> MAX_HEADERS = Option.number(
            "max-headers",
            HttpLimits.DEFAULT.headers(),
            1,
            10_000,
            "Maximum number of headers of a request; beyond it 431");
    private static final Option<Integer> MAX_BODY_SIZE =
            Option.size("max-body-size", HttpLimits.DEFAULT.body(), "Maximum size of a request body; beyond it 413");
    private static final Option<Duration> HEADER_TIMEOUT = Option.duration(
                    "header-timeout",
                    HttpTimeouts.DEFAULT.head(),
                    "Maximum time to receive a request head; beyond it 408")
            .positive();
    private static final Option<Duration> BODY_IDLE_TIMEOUT = Option.duration(
                    "body-idle-timeout",
                    HttpTimeouts.DEFAULT.body(),
                    "Maximum time between two bytes of a request body; beyond it 408")
            .positive();
    private static final Option<Duration> BODY_TIMEOUT = Option.duration(
                    "body-timeout",
                    HttpTimeouts.DEFAULT.wholeBody(),
                    "Maximum time to receive a whole request body; beyond it 408")
            .positive();
    private static final Option<Integer> MIN_BODY_RATE = Option.number(
            "min-body-rate",
            HttpTimeouts.DEFAULT.bodyRate(),
            0,
            1 << 30,
            "Minimum rate of a request body in bytes per second, measured per body-idle-timeout;"
                    + " below it 408; 0 disables the check");
    private static final Option<Duration> RESPONSE_TIMEOUT = Option.duration(
                    "response-timeout",
                    HttpTimeouts.DEFAULT.response(),
                    "Maximum time until a response begins; beyond it 503")
            .positive();
    private static final Option<Duration> KEEP_ALIVE_TIMEOUT = Option.duration(
                    "keep-alive-timeout",
                    HttpTimeouts.DEFAULT.keepAlive(),
                    "Maximum idle time between two requests; beyond it the connection is closed")
            .positive();

    private enum WithoutOrigin {
        ALLOW,
        DENY,
        WITHOUT_CREDENTIALS
    }

    public static final Option<List<String>> ORIGINS = Option.strings(
            "allow",
            List.of(),
            "Origins that are allowed: example.com, *.example.com, https://example.com:8443, or *" + " for all",
            pattern -> {
                var unused = Origins.of(pattern);
            });
    private static final Option<Boolean> SAME_HOST =
            Option.flag("same-host", true, "Allow pages of the host that the request was sent to, on any port");
    private static final Option<WithoutOrigin> WITHOUT_ORIGIN = Option.choice(
            "without-origin",
            WithoutOrigin.WITHOUT_CREDENTIALS,
            "Requests without Origin header: allow, deny, or allow only those without cookies and"
                    + " Basic credentials");

    /** Source of the defaults of the layer {@code cors}. */
    private static final Option<List<String>> METHODS =
            Option.strings("methods", Cors.DEFAULT_METHODS, "Methods that pages of other sites may use");

    private static final Option<List<String>> REQUEST_HEADERS = Option.strings(
            "headers", Cors.DEFAULT_REQUEST_HEADERS, "Request headers that pages of other sites may send");
    static final Option<Boolean> CREDENTIALS =
            Option.flag("credentials", false, "Allow requests with cookies and other credentials");

    private static final Option<List<String>> PROXIES = Option.strings(
            "proxies",
            List.of("127.0.0.1", "::1", "unix"),
            "Addresses and ranges of trusted proxies, or unix for peers on a Unix domain socket",
            PeerSet::check);

    private static final Option<TrustedProxies.Headers> FORWARDED = Option.choice(
            "headers",
            TrustedProxies.Headers.X_FORWARDED,
            "Header family from which the client address is read; the other one is ignored");

    private static final Option<String> USER = Option.requiredString("user", "User name");
    private static final Option<String> PASSWORD = Option.requiredSecret("password", "Password of the user");
    private static final Option<String> TOKEN =
            Option.requiredSecret("token", "Bearer token of the user").longSecret();
    private static final Option<List<String>> ROLES = Option.strings("roles", List.of(), "Roles of the user");
    private static final Option<List<Settings>> PASSWORDS =
            Option.objects("users", List.of(USER, PASSWORD, ROLES), "Users that may log in by password");
    private static final Option<List<Settings>> TOKENS =
            Option.objects("users", List.of(USER, TOKEN, ROLES), "Users that may log in by token");
    private static final Option<String> REALM =
            Option.string("realm", "Sprocket", "Realm in WWW-Authenticate, which browsers show in the login dialog");
    private static final Option<String> ROLE =
            Option.requiredString("role", "Role that the user must have; others get 403");

    private static final Option<String> DIRECTORY =
            Option.requiredString("directory", "Directory with the files to serve");

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Module module() {
        return binder -> {
            var layers = Multibinder.newSetBinder(binder, LayerFactory.class);
            layers.addBinding()
                    .toInstance(Factory.named("http", "Serves HTTP/1.1, and HTTP/2 over TLS")
                            .requires(SOCKET)
                            .provides(HTTP)
                            .options(
                                    MAX_HEADER_SIZE,
                                    MAX_HEADERS,
                                    MAX_BODY_SIZE,
                                    HEADER_TIMEOUT,
                                    BODY_IDLE_TIMEOUT,
                                    BODY_TIMEOUT,
                                    MIN_BODY_RATE,
                                    RESPONSE_TIMEOUT,
                                    KEEP_ALIVE_TIMEOUT)
                            .layer(HttpPlugin::http));
            layers.addBinding()
                    .toInstance(Factory.named("origin-check", "Accepts requests by their Origin header")
                            .requires(HTTP)
                            .options(ORIGINS, SAME_HOST, WITHOUT_ORIGIN)
                            .layer((inner, settings) ->
                                    new OriginFilter(origins(settings), LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(Factory.named("cors", "Lets pages of other sites read responses (CORS)")
                            .requires(HTTP)
                            .options(ORIGINS, SAME_HOST, METHODS, REQUEST_HEADERS, CREDENTIALS)
                            .warnings(HttpPlugin::warnOfOpenCors)
                            .layer(HttpPlugin::cors));
            layers.addBinding()
                    .toInstance(Factory.named(
                                    "trusted-proxies",
                                    "Takes client address, scheme and host from headers of trusted proxies")
                            .requires(HTTP)
                            .options(PROXIES, FORWARDED)
                            .layer((inner, settings) -> new TrustedProxies(
                                            settings.get(PROXIES), LayerFactory.messages(inner))
                                    .headers(settings.get(FORWARDED))));
            layers.addBinding()
                    .toInstance(Factory.named("basic-auth", "Authenticates users by name and password (HTTP Basic)")
                            .requires(HTTP)
                            .ambientCredentials()
                            .guards()
                            .options(REALM, PASSWORDS)
                            .warnings(
                                    (settings, problems) -> warnOfNoUsers("basic-auth", settings, PASSWORDS, problems))
                            .layer(HttpPlugin::basic));
            layers.addBinding()
                    .toInstance(Factory.named("bearer-auth", "Authenticates users by token (HTTP Bearer)")
                            .requires(HTTP)
                            .guards()
                            .options(REALM, TOKENS)
                            .warnings((settings, problems) -> warnOfNoUsers("bearer-auth", settings, TOKENS, problems))
                            .layer(HttpPlugin::bearer));
            layers.addBinding().toInstance(AuthFactories.certificates());
            layers.addBinding()
                    .toInstance(Factory.named("require-role", "Accepts only users that have a role")
                            .requires(HTTP)
                            .guards()
                            .options(ROLE)
                            .layer((inner, settings) ->
                                    new RoleFilter(settings.get(ROLE), LayerFactory.messages(inner))));
            var components = Multibinder.newSetBinder(binder, ComponentFactory.class);
            components.addBinding().toInstance(AuthFactories.renewal());
            components
                    .addBinding()
                    .toInstance(Factory.named("files", "Serves the files of a directory")
                            .requires(HTTP)
                            .subpaths("", "/{path*}")
                            .methods("GET")
                            .options(DIRECTORY)
                            .component(settings -> new StaticFiles(Path.of(settings.get(DIRECTORY))).toComponent()));
        };
    }

    private static Component<?> http(Component<?> inner, Settings settings) {
        return new HttpServer(LayerFactory.messages(inner))
                .limits(HttpLimits.DEFAULT
                        .head(settings.get(MAX_HEADER_SIZE))
                        .headers(settings.get(MAX_HEADERS))
                        .body(settings.get(MAX_BODY_SIZE)))
                .timeouts(HttpTimeouts.DEFAULT
                        .head(settings.get(HEADER_TIMEOUT))
                        .body(settings.get(BODY_IDLE_TIMEOUT))
                        .response(settings.get(RESPONSE_TIMEOUT))
                        .keepAlive(settings.get(KEEP_ALIVE_TIMEOUT))
                        .wholeBody(settings.get(BODY_TIMEOUT))
                        .bodyRate(settings.get(MIN_BODY_RATE)));
    }

    private static Origins origins(Settings settings) {
        String[] patterns = settings.get(ORIGINS).toArray(String[]::new);
        Origins origins = settings.get(SAME_HOST) ? Origins.sameHost().and(patterns) : Origins.of(patterns);
        return switch (settings.get(WITHOUT_ORIGIN)) {
            case ALLOW -> origins.allowMissing();
            case DENY -> origins.rejectMissing();
            case WITHOUT_CREDENTIALS -> origins;
        };
    }

    private static Component<?> cors(Component<?> inner, Settings settings) {
        String[] patterns = settings.get(ORIGINS).toArray(String[]::new);
        Cors cors = new Cors(
                        settings.get(SAME_HOST) ? Origins.sameHost().and(patterns) : Origins.of(patterns),
                        LayerFactory.messages(inner))
                .methods(settings.get(METHODS).toArray(String[]::new))
                .requestHeaders(settings.get(REQUEST_HEADERS).toArray(String[]::new));
        return settings.get(CREDENTIALS) ? cors.allowCredentials() : cors;
    }

    private static void warnOfOpenCors(Settings settings, ConfigErrors problems) {
        if (settings.get(CREDENTIALS) && settings.get(ORIGINS).contains("*")) {
            problems.warn(
                    settings.origin(CREDENTIALS),
                    "layer cors: pages of any site may send requests with the cookies of your users and read the"
                            + " responses (expected: the origins of your pages in allow)");
        }
    }

    private static void warnOfNoUsers(
            String layer, Settings settings, Option<List<Settings>> users, ConfigErrors problems) {
        if (settings.get(users).isEmpty()) {
            problems.warn(
                    settings.origin(), "layer " + layer + ": no users, so every request gets 401 (expected: users)");
        }
    }

    private static Component<?> basic(Component<?> inner, Settings settings) {
        List<Authenticator.Credential> credentials = settings.get(PASSWORDS).stream()
                .map(user -> new Authenticator.Credential(user(user), SharedSecret.of(user.get(PASSWORD))))
                .toList();
        return Authenticator.basic(settings.get(REALM), credentials, LayerFactory.messages(inner));
    }

    private static Component<?> bearer(Component<?> inner, Settings settings) {
        Map<String, User> byToken = new LinkedHashMap<>();
        for (Settings user : settings.get(TOKENS)) {
            User other = byToken.put(user.get(TOKEN), user(user));
            if (other != null) {
                throw new IllegalArgumentException("users " + other.id() + " and " + user.get(USER)
                        + " have the same token (expected: different tokens)");
            }
        }
        return Authenticator.bearer(settings.get(REALM), byToken, LayerFactory.messages(inner));
    }

    private static User user(Settings settings) {
        return User.named(settings.get(USER)).roles(settings.get(ROLES));
    }
}
