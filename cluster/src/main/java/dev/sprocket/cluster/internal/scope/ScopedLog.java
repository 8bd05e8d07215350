package dev.sprocket.cluster.internal.scope;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Log of the topics of one scope. */
@ThreadSafe
@SuppressWarnings("NullAway") // JDK 17 hides type annotations in the class files of another module
public final class ScopedLog implements EventLog {
    private final Scope scope;
    private final EventLog log;
    private final Scopes scopes;
    private volatile @Nullable Receiver receiver;
    private volatile Function<String, TopicSettings.@Nullable History> histories = topic -> null;

    ScopedLog(Scope scope, EventLog log, Scopes scopes) {
        this.scope = scope;
        this.log = log;
        this.scopes = scopes;
    }

    @Nullable
    Receiver receiver() {
        return receiver;
    }

    TopicSettings.@Nullable History history(String topic) {
        return histories.apply(topic);
    }

    @Override
    public synchronized void start(Receiver other) {
        if (receiver != null) {
            throw new IllegalStateException("log of a scope with topics already (expected: one Topics for each scope)");
        }
        receiver = other;
    }

    @Override
    public void configure(Function<String, TopicSettings.@Nullable History> limits) {
        histories = limits;
        scopes.configure();
    }

    @Override
    public CompletionStage<Published> append(
            String topic, Event event, Audience audience, TopicSettings.History history) {
        return log.append(scope.nameOf(topic), event, audience, history);
    }

    @Override
    public CompletionStage<Position> follow(String topic) {
        return log.follow(scope.nameOf(topic));
    }

    @Override
    public void unfollow(String topic) {
        log.unfollow(scope.nameOf(topic));
    }

    @Override
    public CompletionStage<Place> find(String topic, Position after, int maxEvents, long maxBytes) {
        return log.find(scope.nameOf(topic), after, maxEvents, maxBytes).thenApply(ScopedLog::inScope);
    }

    private static Place inScope(Place place) {
        Gap gap = place.gap();
        return gap == null
                ? place
                : new Place(place.start(), place.limited(), place.newest(), place.top(), Scopes.inScope(gap));
    }

    @Override
    public CompletionStage<Slice> read(String topic, Position after, int maxEvents, int maxBytes) {
        return log.read(scope.nameOf(topic), after, maxEvents, maxBytes).thenApply(ScopedLog::inScope);
    }

    private static Slice inScope(Slice slice) {
        Gap gap = slice.gap();
        return gap == null ? slice : new Slice(slice.events(), Scopes.inScope(gap));
    }

    @Override
    public CompletionStage<@Nullable LoggedEvent> find(String topic, long publication) {
        return log.find(scope.nameOf(topic), publication);
    }

    @Override
    public CompletionStage<Names> topics(MatchPolicy match, String pattern, int max) {
        return log.topics(match, scope.nameOf(pattern), max).thenApply(this::inScope);
    }

    private Names inScope(Names found) {
        List<String> topics = new ArrayList<>(found.names().size());
        for (String name : found.names()) {
            String topic = scope.topicOf(name);
            if (topic != null) {
                topics.add(topic);
            }
        }
        return new Names(topics, found.examined(), found.more());
    }

    @Override
    public CompletionStage<Void> clear(String topic) {
        return log.clear(scope.nameOf(topic));
    }

    @Override
    public boolean isAvailable() {
        return log.isAvailable();
    }

    @Override
    public boolean isShared() {
        return log.isShared();
    }

    @Override
    public CompletionStage<Void> listen(String topic) {
        return log.listen(scope.nameOf(topic));
    }

    @Override
    public void ignore(String topic) {
        log.ignore(scope.nameOf(topic));
    }

    @Override
    public CompletionStage<Void> listen(MatchPolicy match, String pattern) {
        return log.listen(match, scope.nameOf(pattern));
    }

    @Override
    public void ignore(MatchPolicy match, String pattern) {
        log.ignore(match, scope.nameOf(pattern));
    }

    @Override
    public boolean isInDoubt(MatchPolicy match, String pattern) {
        return log.isInDoubt(match, scope.nameOf(pattern));
    }

    @Override
    public long publication(Event event) {
        return log.publication(event);
    }

    @Override
    public void relay(String topic, Event event, Audience audience, long publication) {
        log.relay(scope.nameOf(topic), event, audience, publication);
    }

    String nameOf(String topic) {
        return scope.nameOf(topic);
    }

    @Override
    public CompletionStage<Subscribers> subscribers(MatchPolicy match, String topic, int max) {
        return log.subscribers(match, scope.nameOf(topic), max).thenApply(this::inScope);
    }

    private Subscribers inScope(Subscribers found) {
        Map<String, Integer> counts = new HashMap<>();
        found.subscribers().forEach((name, count) -> {
            String topic = scope.topicOf(name);
            if (topic != null) {
                counts.put(topic, count);
            }
        });
        return new Subscribers(counts, found.servers(), found.answered());
    }

    @Override
    public CompletionStage<Boolean> retain(
            String topic,
            Event event,
            Audience audience,
            long publication,
            @Nullable Position position,
            RetainLimits limits) {
        return log.retain(scope.nameOf(topic), event, audience, publication, position, limits);
    }

    @Override
    public CompletionStage<List<RetainedEvent>> retained(MatchPolicy match, String pattern, int max) {
        return log.retained(match, scope.nameOf(pattern), max).thenApply(this::topicsInScope);
    }

    private List<RetainedEvent> topicsInScope(List<RetainedEvent> found) {
        List<RetainedEvent> inScope = new ArrayList<>(found.size());
        for (RetainedEvent event : found) {
            String topic = scope.topicOf(event.topic());
            if (topic != null) {
                inScope.add(new RetainedEvent(
                        topic, event.event(), event.audience(), event.publication(), event.position()));
            }
        }
        return inScope;
    }

    @Override
    public CompletionStage<Boolean> clearRetained(String topic) {
        return log.clearRetained(scope.nameOf(topic));
    }

    @Override
    public CompletionStage<Statistics> statistics(String topic) {
        return log.statistics(scope.nameOf(topic));
    }
}
