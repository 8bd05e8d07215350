package dev.sprocket.wamp;

import dev.sprocket.pubsub.Topics;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who is in a realm and what they have registered, whichever server they came by. Threads: any. */
final class RealmState {
    private final MetaEvents meta;
    private final Dealer dealer;
    private final V2Subscriptions subscriptions;
    private final Map<Long, V2Session> sessions = new ConcurrentHashMap<>();
    private final Map<V2Wire, V2Format> formats = new ConcurrentHashMap<>();
    private final V2Retained retained = new V2Retained();
    private final V2History history = new V2History();
    private final Topics topics;
    private boolean listening;

    RealmState(Topics topics) {
        this.topics = topics;
        this.meta = new MetaEvents(topics);
        this.dealer = new Dealer(meta);
        this.subscriptions = new V2Subscriptions(meta);
    }

    /** There is a server for it. */
    synchronized void serve() {
        if (!listening) {
            listening = true;
            topics.listen(retained);
            topics.listen(history);
        }
    }

    Dealer dealer() {
        return dealer;
    }

    V2Subscriptions subscriptions() {
        return subscriptions;
    }

    V2Retained retained() {
        return retained;
    }

    V2History history() {
        return history;
    }

    V2Format format(V2Wire wire) {
        return formats.computeIfAbsent(wire, w -> new V2Format(subscriptions, w));
    }

    Collection<V2Session> sessions() {
        return sessions.values();
    }

    @Nullable
    V2Session session(long id) {
        return sessions.get(id);
    }

    void join(V2Session session) {
        sessions.put(session.id(), session);
        meta.joined(session);
    }

    void leave(V2Session session) {
        if (sessions.remove(session.id()) != null) {
            meta.left(session);
        }
    }
}
