package dev.sprocket.config.internal.session;

import dev.sprocket.config.internal.layer.HttpPlugin;
import dev.sprocket.core.Component;
import dev.sprocket.core.User;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.ServiceFactory.Services;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.session.Session;
import dev.sprocket.session.SessionProvider;
import dev.sprocket.session.Sessions;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.token.SessionToken;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Factory of {@link SessionProvider}. Not thread-safe; used during assembly only. */
final class SessionLayer implements LayerFactory {
    private static final Option<Optional<FactoryRef>> STORE = Option.factory(
            "store",
            "Session store of the site (see SessionStore below); the default memory contains"
                    + " only sessions that this process created");
    private static final Option<Optional<FactoryRef>> CODEC =
            Option.factory("codec", "Session format (see SessionCodec below); default: php");
    private static final Option<String> COOKIE =
            Option.string("cookie", "PHPSESSID", "Cookie that carries the session id");
    private static final Option<Optional<FactoryRef>> TOKEN =
            Option.factory("token", "Session token (see SessionToken below); default: the plain value of the cookie");
    private static final Option<Optional<String>> USER = Option.optionalString(
            "user", "Attribute with the user name, such as username; user.name is a nested attribute");
    private static final Option<Optional<String>> ROLES =
            Option.optionalString("roles", "Attribute with the list of roles of the user");
    private static final Option<Boolean> REQUIRED = Option.flag(
            "required",
            false,
            "401 for requests without a session or, if user is set, without a user in it; off:"
                    + " they continue with an empty session or no user");
    private static final Option<Boolean> WRITABLE = Option.flag("writable", false, "Let components change sessions");
    private static final Option<Duration> STORE_TIMEOUT = Option.duration(
            "store-timeout", Sessions.DEFAULT_STORE_TIMEOUT, "Maximum time for a response of the store; beyond it 503");
    private static final Option<Duration> WATCH_INTERVAL = Option.duration(
            "watch-interval",
            Sessions.DEFAULT_WATCH_INTERVAL,
            "Interval at which sessions of open connections are checked in the store; 0s disables" + " the check");

    private final Services services;

    @Inject
    SessionLayer(Services services) {
        this.services = services;
    }

    @Override
    public String name() {
        return "session";
    }

    @Override
    public String summary() {
        return "Authenticates users by the login sessions of an existing site";
    }

    @Override
    public StackType requires() {
        return HttpPlugin.HTTP;
    }

    @Override
    public List<Option<?>> options() {
        return List.of(STORE, CODEC, COOKIE, TOKEN, USER, ROLES, REQUIRED, WRITABLE, STORE_TIMEOUT, WATCH_INTERVAL);
    }

    @Override
    public boolean ambientCredentials() {
        return true;
    }

    @Override
    public void warn(Settings settings, ConfigErrors problems) {
        if (settings.get(STORE).isEmpty() && !settings.get(WRITABLE)) {
            problems.warn(
                    settings.origin(),
                    "layer session: the default store has no sessions of a site, so every session is empty"
                            + " (expected: store)");
        }
        if (settings.get(TOKEN).isPresent()) {
            settings.warnIfSet(COOKIE, "with token (expected: name in the settings of the token)", problems);
        }
    }

    @Override
    public Component<?> around(Component<?> inner, Settings settings) {
        // all services are created first, to report the errors of each
        List<String> problems = new ArrayList<>();
        Optional<SessionStore> store = service(SessionStore.class, settings.get(STORE), "memory", problems);
        Optional<SessionCodec> codec = service(SessionCodec.class, settings.get(CODEC), "php", problems);
        Optional<SessionToken> token = settings.get(TOKEN).isPresent()
                ? service(SessionToken.class, settings.get(TOKEN), "", problems)
                : Optional.of(SessionToken.cookie(settings.get(COOKIE)));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Sessions sessions = Sessions.of(token.orElseThrow(), store.orElseThrow(), codec.orElseThrow())
                .storeTimeout(settings.get(STORE_TIMEOUT))
                .watchInterval(settings.get(WATCH_INTERVAL));
        if (settings.get(USER).isPresent()) {
            String[] path = settings.get(USER).get().split("\\.");
            String[] roles = settings.get(ROLES).map(text -> text.split("\\.")).orElse(new String[0]);
            sessions = sessions.user(session -> user(session, path, roles));
        } else if (settings.get(ROLES).isPresent()) {
            throw new IllegalArgumentException("roles without user (expected: both keys)");
        }
        sessions = settings.get(REQUIRED) ? sessions.required() : sessions;
        sessions = settings.get(WRITABLE) ? sessions.writable() : sessions;
        return new SessionProvider(sessions, LayerFactory.messages(inner));
    }

    private <T> Optional<T> service(Class<T> kind, Optional<FactoryRef> ref, String otherwise, List<String> problems) {
        try {
            return Optional.of(services.get(kind, ref.orElseGet(() -> FactoryRef.of(otherwise))));
        } catch (ConfigurationException e) {
            problems.addAll(e.errors());
            return Optional.empty();
        }
    }

    private static Optional<User> user(Session session, String[] path, String[] roles) {
        return session.text(path[0], rest(path)).map(name -> User.named(name).roles(roles(session, roles)));
    }

    private static Set<String> roles(Session session, String[] path) {
        if (path.length == 0) {
            return Set.of();
        }
        Object value = session.get(path[0], rest(path)).orElse(List.of());
        List<?> all = value instanceof List<?> list
                ? list
                : value instanceof Map<?, ?> map ? List.copyOf(map.values()) : List.of(value);
        return all.stream()
                .filter(String.class::isInstance)
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    private static String[] rest(String[] path) {
        return Arrays.copyOfRange(path, 1, path.length);
    }
}
