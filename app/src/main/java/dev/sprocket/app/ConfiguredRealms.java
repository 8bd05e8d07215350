package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.ConfigErrors;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Settings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.AccessDecision;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.RawSocket;
import dev.sprocket.wamp.Realm;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The realms of a configuration, which routes and sockets share, and which outlive a new reading of the file. Threads:
 * joined by any, read by one.
 */
final class ConfiguredRealms {
    /** Nobody joins this one; a server must have a first. */
    private static final Realm UNUSED = new Realm("sprocket.nowhere", new WampComponent() {});

    /** As they were made first: who is in them stays the same. */
    private Map<String, Realm> first = new ConcurrentHashMap<>();
    /** As they were configured last. */
    private volatile Map<String, Realm> current = new ConcurrentHashMap<>();
    /** The same two as the reading of the file wants them that is going on; those above, if none is. */
    private Map<String, Realm> pendingFirst = first;

    private Map<String, Realm> pendingCurrent = current;

    /** The rules of all routes for the topics that they share. */
    private volatile List<PubSubComponent> rules = new CopyOnWriteArrayList<>();

    private List<PubSubComponent> pendingRules = rules;

    /** What is said about a realm, by any of its routes. */
    private record DeclaredSettings(Settings settings, Map<Option<?>, ConfigOrigin> origins) {}

    /** By the name of the realm. */
    private final Map<String, DeclaredSettings> declared = new ConcurrentHashMap<>();

    /** The file is read again, and nothing of it counts until all of it is right. */
    void begin() {
        pendingFirst = new ConcurrentHashMap<>(first);
        pendingCurrent = new ConcurrentHashMap<>();
        pendingRules = new CopyOnWriteArrayList<>();
        declared.clear();
    }

    /**
     * Joins what a route says about its realm with what others say: a key that one route gives holds for all of them.
     *
     * @throws IllegalArgumentException if two routes give a key different values
     */
    void announce(String name, Settings route, List<Option<?>> ofRealm) {
        DeclaredSettings before = declared.get(name);
        Map<Option<?>, ConfigOrigin> where = new HashMap<>(before == null ? Map.of() : before.origins);
        List<Option<?>> taken = new ArrayList<>();
        for (Option<?> option : ofRealm) {
            boolean here = route.isSet(option);
            ConfigOrigin other = where.get(option);
            if (here && before != null && other != null && !route.get(option).equals(before.settings.get(option))) {
                throw new IllegalArgumentException(
                        option + " (" + ConfigErrors.location(route.origin(option)) + ") of realm " + name
                                + " differs from " + ConfigErrors.location(other)
                                + " (expected: one value; a key of a realm that one route gives holds for all its"
                                + " routes)");
            }
            if (here && other == null) {
                where.put(option, route.origin(option));
                taken.add(option);
            }
        }
        declared.put(name, new DeclaredSettings(before == null ? route : before.settings.with(route, taken), where));
    }

    /** What a route is told, with what any route says about its realm. */
    Settings merged(String name, Settings route, List<Option<?>> ofRealm) {
        DeclaredSettings all = declared.get(name);
        return all == null ? route : route.with(all.settings, ofRealm);
    }

    /** What was read since then counts: a realm that is not in it can be joined no more. */
    void commit() {
        first = pendingFirst;
        current = pendingCurrent;
        rules = pendingRules;
    }

    /** Adds rules that count for the topics that all routes share. */
    void add(PubSubComponent route) {
        pendingRules.add(route);
    }

    /**
     * Why a connection may not subscribe to a topic that routes share, or empty if it may.
     *
     * <p>The rules of every route must allow it: a topic is not less protected because a second route is open.
     */
    Optional<String> denial(Connection conn, String topic) {
        for (PubSubComponent route : rules) {
            if (route.decide(conn, Authorizer.Action.SUBSCRIBE, topic) instanceof AccessDecision.Deny deny) {
                return Optional.of(deny.reason());
            }
        }
        return Optional.empty();
    }

    /** The realm of this name, for an application. */
    Realm serve(String name, Supplier<Topics> topics, WampComponent app, UnaryOperator<Realm> configured) {
        Realm realm = configured.apply(pendingFirst
                .computeIfAbsent(name, n -> new Realm(n, app, topics.get()))
                .app(app));
        pendingCurrent.put(name, realm);
        return realm;
    }

    /** All of them by RawSocket. */
    RawSocket rawSocket() {
        return new RawSocket(new WampServer(this::find, UNUSED).overRawSocket());
    }

    private Optional<Realm> find(String name) {
        return Optional.ofNullable(current.get(name));
    }

    /** The same, but another component serves those who speak something else. */
    MessageComponent<Connection, Message> rawSocketOr(
            MessageComponent<? super Connection, ? super Message> other, int limit) {
        return rawSocket().limit(limit).or(other);
    }
}
