package dev.sprocket.cluster.internal.scope;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.EventLog.Delivery;
import dev.sprocket.pubsub.EventLog.LoggedEvent;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Logs of the scopes of one node, and receiver of the log that they share. */
@ThreadSafe
@SuppressWarnings("NullAway") // JDK 17 hides type annotations in the class files of another module
public final class Scopes implements EventLog.Receiver {
    private static final Delivery NOBODY = () -> 0;

    private final EventLog log;
    private final Map<String, ScopedLog> logs = new ConcurrentHashMap<>();
    /** Log without a scope, which needs no look at the map. */
    private final ScopedLog shared;

    /** Creates the scopes of a log, and becomes its receiver. */
    public Scopes(EventLog log) {
        this.log = log;
        this.shared = log("");
        log.start(this);
        configure();
    }

    /** Returns the log of a scope, the same for each call. */
    public ScopedLog log(String name) {
        Scope scope = Scope.of(name);
        return logs.computeIfAbsent(scope.prefix(), prefix -> new ScopedLog(scope, log, this));
    }

    /** Passes changed limits of topics on. */
    void configure() {
        log.configure(this::history);
    }

    private TopicSettings.@Nullable History history(String name) {
        ScopedLog own = find(name);
        return own == null ? null : own.history(Scope.topic(name));
    }

    private @Nullable ScopedLog find(String name) {
        String prefix = Scope.prefixOf(name);
        return prefix.isEmpty() ? shared : logs.get(prefix);
    }

    private EventLog.@Nullable Receiver receiver(String name) {
        ScopedLog own = find(name);
        return own == null ? null : own.receiver();
    }

    @Override
    public Delivery onAppended(String name, LoggedEvent event) {
        EventLog.Receiver own = receiver(name);
        return own == null ? NOBODY : own.onAppended(Scope.topic(name), event);
    }

    @Override
    public Delivery onRelayed(String name, Event event, Audience audience, long publication) {
        EventLog.Receiver own = receiver(name);
        return own == null ? NOBODY : own.onRelayed(Scope.topic(name), event, audience, publication);
    }

    @Override
    public Delivery onMatched(
            String name, Event event, Audience audience, long publication, @Nullable LoggedEvent logged) {
        EventLog.Receiver own = receiver(name);
        return own == null ? NOBODY : own.onMatched(Scope.topic(name), event, audience, publication, logged);
    }

    @Override
    public void onAvailable(boolean available) {
        for (ScopedLog own : logs.values()) {
            EventLog.Receiver receiver = own.receiver();
            if (receiver != null) {
                receiver.onAvailable(available);
            }
        }
    }

    @Override
    public Map<String, Integer> onCount(MatchPolicy match, String name, int max) {
        ScopedLog own = find(name);
        EventLog.Receiver receiver = own == null ? null : own.receiver();
        if (own == null || receiver == null) {
            return Map.of();
        }
        Map<String, Integer> counts = new HashMap<>();
        receiver.onCount(match, Scope.topic(name), max).forEach((topic, count) -> counts.put(own.nameOf(topic), count));
        return counts;
    }

    @Override
    public Delivery onGap(Gap gap) {
        EventLog.Receiver own = receiver(gap.topic());
        return own == null ? NOBODY : own.onGap(inScope(gap));
    }

    @Override
    public Delivery onGap(MatchPolicy match, String name) {
        EventLog.Receiver own = receiver(name);
        return own == null ? NOBODY : own.onGap(match, Scope.topic(name));
    }

    /** Returns a gap with the topic instead of its name in the cluster. */
    static Gap inScope(Gap gap) {
        String topic = Scope.topic(gap.topic());
        return topic.equals(gap.topic()) ? gap : new Gap(topic, gap.from(), gap.to(), gap.reason());
    }
}
