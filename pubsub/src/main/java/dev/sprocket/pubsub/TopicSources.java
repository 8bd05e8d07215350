package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Connections of topics with the sources of their events: the log, and other servers.
 *
 * <p>A topic is connected while it has a subscriber, or one whose subscription is pending.
 */
@ThreadSafe
final class TopicSources {
    private static final CompletableFuture<@Nullable Position> CONNECTED = CompletableFuture.completedFuture(null);

    private final EventLog log;
    /** True for a log that always answers at once. */
    private final boolean isAlone;

    TopicSources(EventLog log) {
        this.log = log;
        this.isAlone = log instanceof MemoryLog;
    }

    /** Reports whether {@link #hold} may connect a topic later than it returns. */
    boolean mayWait() {
        return !isAlone;
    }

    /**
     * Keeps a topic connected with its source of events while a subscription is pending.
     *
     * @return completes when it is connected, with the newest position if that took time; fails without the log
     */
    CompletableFuture<@Nullable Position> hold(Topic topic, boolean hasLog) {
        if (isAlone) {
            return CONNECTED;
        }
        String name = topic.id();
        if (hasLog) {
            CompletableFuture<Position> followed = log.follow(name).toCompletableFuture();
            return ActiveTopics.isSuccessful(followed) ? CONNECTED : followed.<@Nullable Position>thenApply(top -> top);
        }
        if (Topics.isReserved(name)) {
            return CONNECTED;
        }
        CompletionStage<Void> confirmed =
                topic.match() == MatchPolicy.EXACT ? log.listen(name) : log.listen(topic.match(), name);
        CompletableFuture<Void> listening = confirmed.toCompletableFuture();
        // other servers that cannot be reached do not keep local subscribers away
        return listening.isDone() ? CONNECTED : listening.<@Nullable Position>handle((done, failure) -> null);
    }

    /** Ends {@link #hold}. */
    void release(Topic topic, boolean hadLog) {
        if (isAlone) {
            return;
        }
        if (hadLog) {
            log.unfollow(topic.id());
        } else if (!Topics.isReserved(topic.id())) {
            ignore(topic);
        }
    }

    private void ignore(Topic topic) {
        if (topic.match() == MatchPolicy.EXACT) {
            log.ignore(topic.id());
        } else {
            log.ignore(topic.match(), topic.id());
        }
    }

    /** Connects a topic with its source of events; the caller holds its lock. */
    void connect(TopicState state) {
        String id = state.topic.id();
        if (Topics.isReserved(id)) {
            return;
        }
        if (state.topic.match() != MatchPolicy.EXACT) {
            state.source = TopicState.Source.RELAY;
            var unused = log.listen(state.topic.match(), id);
        } else if (state.settings().history().isPresent()) {
            state.source = TopicState.Source.LOG;
            CompletableFuture<Position> followed = log.follow(id).toCompletableFuture();
            if (ActiveTopics.isSuccessful(followed)) {
                state.begin(followed.join());
            } else {
                var unused = followed.thenAccept(top -> begin(state, top));
            }
        } else {
            state.source = TopicState.Source.RELAY;
            var unused = log.listen(id); // local subscribers do not wait for other servers
        }
    }

    /** Sets the position behind which the events of a topic begin. */
    private static void begin(TopicState state, Position top) {
        state.lock.lock();
        try {
            state.begin(top);
        } finally {
            state.lock.unlock();
        }
        TopicState.schedule(state.queues());
    }

    /** Ends {@link #connect}; the caller holds the topic's lock. */
    void disconnect(TopicState state) {
        switch (state.source) {
            case LOG -> log.unfollow(state.topic.id());
            case RELAY -> ignore(state.topic);
            case NONE -> {}
        }
        state.source = TopicState.Source.NONE;
    }
}
