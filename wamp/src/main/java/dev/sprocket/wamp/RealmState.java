package dev.sprocket.wamp;

import dev.sprocket.pubsub.Topics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who is in a realm and what they have registered, whichever server they came by. Threads: any. */
final class RealmState {
    private final MetaEvents meta;
    private final Dealer dealer;
    private final V2Subscriptions subscriptions;
    private final V2Sessions sessions = new V2Sessions();
    private final Map<V2Wire, V2Format> formats = new ConcurrentHashMap<>();
    private final Holdings holdings = Holdings.ofRealm();
    private final V2Retained retained;
    private final V2History history = new V2History();
    private final Topics topics;
    private boolean listening;

    RealmState(Topics topics) {
        this.topics = topics;
        this.retained = topics.shared(V2Retained.class, V2Retained::new);
        this.meta = new MetaEvents(topics);
        this.dealer = new Dealer(meta);
        this.subscriptions = new V2Subscriptions(meta);
    }

    /** There is a server for it. */
    synchronized void serve() {
        if (!listening) {
            listening = true;
            retained.listenTo(topics);
            topics.listen(history);
        }
    }

    Holdings holdings() {
        return holdings;
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

    V2Sessions sessions() {
        return sessions;
    }

    void join(V2Session session) {
        sessions.add(session);
        meta.joined(session);
    }

    void leave(V2Session session) {
        if (sessions.remove(session)) {
            meta.left(session);
        }
    }
}
