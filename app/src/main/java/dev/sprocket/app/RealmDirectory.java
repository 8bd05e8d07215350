package dev.sprocket.app;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.Decision;
import dev.sprocket.wamp.RawSocket;
import dev.sprocket.wamp.Realm;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The realms of a configuration, which routes and sockets share, and which outlive a new reading of the file. Threads: joined by any, read by
 * one.
 */
final class RealmDirectory {
    /** Nobody joins this one; a server must have a first. */
    private static final Realm NOWHERE = new Realm("sprocket.nowhere", new WampComponent() {});

    /** As they were made first: who is in them stays the same. */
    private Map<String, Realm> first = new ConcurrentHashMap<>();
    /** As they were configured last. */
    private volatile Map<String, Realm> current = new ConcurrentHashMap<>();
    /** The same two as the reading of the file wants them that is going on; those above, if none is. */
    private Map<String, Realm> firstRead = first;

    private Map<String, Realm> read = current;

    /** The rules of all routes for the topics that they share. */
    private volatile List<PubSub> rules = new CopyOnWriteArrayList<>();

    private List<PubSub> rulesRead = rules;

    /** The file is read again, and nothing of it counts until all of it is right. */
    void begin() {
        firstRead = new ConcurrentHashMap<>(first);
        read = new ConcurrentHashMap<>();
        rulesRead = new CopyOnWriteArrayList<>();
    }

    /** What was read since then counts: a realm that is not in it can be joined no more. */
    void become() {
        first = firstRead;
        current = read;
        rules = rulesRead;
    }

    /** Adds rules that count for the topics that all routes share. */
    void add(PubSub route) {
        rulesRead.add(route);
    }

    /**
     * Why a connection may not subscribe to a topic that routes share, or empty if it may.
     *
     * <p>The rules of every route must allow it: a topic is not less protected because a second route is open.
     */
    Optional<String> denial(Connection conn, String topic) {
        for (PubSub route : rules) {
            if (route.decide(conn, Authorizer.Action.SUBSCRIBE, topic) instanceof Decision.Deny deny) {
                return Optional.of(deny.reason());
            }
        }
        return Optional.empty();
    }

    /** The realm of this name, for an application. */
    Realm serve(String name, Supplier<Topics> topics, WampComponent app, UnaryOperator<Realm> configured) {
        Realm realm = configured.apply(firstRead
                .computeIfAbsent(name, n -> new Realm(n, app, topics.get()))
                .serving(app));
        read.put(name, realm);
        return realm;
    }

    /** All of them by RawSocket. */
    RawSocket rawSocket() {
        return new RawSocket(new WampServer(this::find, NOWHERE).overRawSocket());
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
