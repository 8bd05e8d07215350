package dev.sprocket.config.internal.wamp;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.config.internal.access.ConfiguredAccess;
import dev.sprocket.config.internal.access.ConfiguredTopics;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Realms of a configuration, shared by routes and sockets, and kept during a reload.
 *
 * <p>Lookups are thread-safe; a single thread reads the configuration.
 */
public final class ConfiguredRealms {
    /** Placeholder that no client can join; a server requires one realm. */
    private static final Realm UNUSED = new Realm("sprocket.nowhere", new WampComponent() {});

    /** Realms as first created; they keep their sessions and state. */
    private Map<String, Realm> first = new ConcurrentHashMap<>();
    /** Realms with the latest configuration. */
    private volatile Map<String, Realm> current = new ConcurrentHashMap<>();
    /** Version of {@link #first} while the file is being read; otherwise {@link #first} itself. */
    private Map<String, Realm> pendingFirst = first;

    /** Version of {@link #current} while the file is being read; otherwise {@link #current} itself. */
    private Map<String, Realm> pendingCurrent = current;

    /** Topics of realms with private topics, which are kept during a reload. */
    private final Map<String, ConfiguredTopics> privateTopics = new ConcurrentHashMap<>();

    private volatile Function<String, ConfiguredTopics> newTopics = realm -> new ConfiguredTopics();

    /** Realms by name with whether their topics are private; this cannot change while they exist. */
    private final Map<String, Boolean> isPrivate = new ConcurrentHashMap<>();

    private final Map<String, Boolean> pendingPrivate = new ConcurrentHashMap<>();

    /** Access and delivery of private topics by realm, to be activated. */
    private final Map<String, ConfiguredAccess> pendingAccess = new ConcurrentHashMap<>();

    /** Settings of a realm, from all of its routes. */
    private record DeclaredSettings(Settings settings, Map<Option<?>, ConfigOrigin> origins) {}

    /** Settings by realm name. */
    private final Map<String, DeclaredSettings> declared = new ConcurrentHashMap<>();

    /** Sets the function that creates private topics, before a file is read. */
    public void privateTopics(Function<String, ConfiguredTopics> factory) {
        newTopics = factory;
    }

    /** Starts reading the file; the result takes effect with {@link #commit}. */
    public void begin() {
        pendingFirst = new ConcurrentHashMap<>(first);
        pendingCurrent = new ConcurrentHashMap<>();
        pendingAccess.clear();
        pendingPrivate.clear();
        declared.clear();
    }

    /**
     * Merges the realm settings of a route with those of other routes.
     *
     * <p>A key that one route sets applies to all of them.
     *
     * @throws IllegalArgumentException if two routes set a key to different values
     */
    void announce(String name, Settings route, List<Option<?>> realmOptions) {
        DeclaredSettings before = declared.get(name);
        Map<Option<?>, ConfigOrigin> origins = new HashMap<>(before == null ? Map.of() : before.origins);
        List<Option<?>> added = new ArrayList<>();
        for (Option<?> option : realmOptions) {
            boolean isSet = route.isSet(option);
            ConfigOrigin other = origins.get(option);
            if (isSet && before != null && other != null && !route.get(option).equals(before.settings.get(option))) {
                throw new IllegalArgumentException(
                        option + " (" + ConfigErrors.location(route.origin(option)) + ") of realm " + name
                                + " differs from " + ConfigErrors.location(other)
                                + " (expected: one value; a key of a realm set by one route applies to all its"
                                + " routes)");
            }
            if (isSet && other == null) {
                origins.put(option, route.origin(option));
                added.add(option);
            }
        }
        declared.put(name, new DeclaredSettings(before == null ? route : before.settings.with(route, added), origins));
    }

    /** Returns the settings of a route, with the merged settings of its realm. */
    Settings merged(String name, Settings route, List<Option<?>> realmOptions) {
        DeclaredSettings realm = declared.get(name);
        return realm == null ? route : route.with(realm.settings, realmOptions);
    }

    /** Returns changes of realms that require a restart, one line each; called before {@link #commit}. */
    public List<String> restartRequired() {
        return pendingPrivate.entrySet().stream()
                .filter(realm -> !isPrivate
                        .getOrDefault(realm.getKey(), realm.getValue())
                        .equals(realm.getValue()))
                .map(realm -> "realm " + realm.getKey() + ": private-topics changed")
                .sorted()
                .toList();
    }

    /**
     * Activates what was read; realms that it does not contain can no longer be joined.
     *
     * @param historyMemory maximum memory of the events that the private topics of a realm keep, in bytes
     */
    public void commit(long historyMemory) {
        first = pendingFirst;
        current = pendingCurrent;
        pendingPrivate.forEach(isPrivate::putIfAbsent);
        pendingAccess.forEach((name, access) -> privateTopics(name).apply(access, historyMemory));
    }

    /**
     * Returns the access to the private topics of a realm; empty without.
     *
     * @throws IllegalArgumentException if there is no such realm
     */
    public Optional<ConfiguredAccess> access(String name) {
        if (!current.containsKey(name)) {
            throw new IllegalArgumentException(
                    "realm: " + name + " " + ConfigErrors.suggestion(name, current.keySet()));
        }
        return Optional.ofNullable(declared.get(name))
                .filter(realm -> isPrivate.getOrDefault(name, false))
                .map(realm -> privateTopics(name).access());
    }

    /** Returns the private topics of a realm, whose access and delivery are activated by {@link #commit}. */
    Topics privateTopics(String name, ConfiguredAccess access) {
        pendingAccess.put(name, access);
        return privateTopics(name).topics();
    }

    private ConfiguredTopics privateTopics(String name) {
        return privateTopics.computeIfAbsent(name, newTopics);
    }

    /** Returns the realm of a name, configured for an application. */
    Realm serve(String name, Topics topics, WampComponent app, UnaryOperator<Realm> configured) {
        DeclaredSettings own = Objects.requireNonNull(declared.get(name));
        pendingPrivate.put(name, own.settings.get(WampPlugin.PRIVATE_TOPICS));
        Realm realm = configured.apply(pendingFirst
                .computeIfAbsent(name, n -> new Realm(n, app, topics))
                .app(app));
        pendingCurrent.put(name, realm);
        return realm;
    }

    /** Returns a RawSocket component that serves all realms. */
    RawSocket rawSocket() {
        return new RawSocket(new WampServer(this::find, UNUSED).overRawSocket());
    }

    private Optional<Realm> find(String name) {
        return Optional.ofNullable(current.get(name));
    }

    /** Returns a RawSocket component that passes other protocols to {@code other}. */
    MessageComponent<Connection, Message> rawSocketOr(
            MessageComponent<? super Connection, ? super Message> other, int limit) {
        return rawSocket().limit(limit).or(other);
    }
}
