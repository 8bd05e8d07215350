package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.PublishListener;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.spi.Serializer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Last events of some topics in memory, for clients that query missed events.
 *
 * <p>Events for or without certain sessions are not stored, since these sessions will have ended.
 */
@ThreadSafe
public final class EventHistory implements PublishListener {
    /** Default limit of the events of a rule in bytes. */
    public static final long DEFAULT_MAX_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(EventHistory.class);

    /** Rule for storing the last events of a topic or pattern. */
    public record Rule(MatchPolicy match, String uri, int maxEvents, long maxBytes) {
        /** Reports whether this rule stores all events of a subscription. */
        boolean covers(MatchPolicy requested, String pattern) {
            return match == requested && uri.equals(pattern)
                    || requested == MatchPolicy.EXACT && match.matches(uri, pattern)
                    || requested == MatchPolicy.PREFIX && match == MatchPolicy.PREFIX && pattern.startsWith(uri);
        }
    }

    public record StoredEvent(Instant time, PublishedEvent published, Audience audience, long publication) {
        long size() {
            return MemoryUsage.OVERHEAD
                    + 2L * published.topic().length()
                    + published.event().size();
        }
    }

    /** Events of a rule. */
    private static final class Store {
        final Rule rule;
        final Deque<StoredEvent> events = new ArrayDeque<>();
        private long bytes;
        /** True if the warning about fewer events than configured was logged. */
        private boolean shortfallLogged;

        Store(Rule rule) {
            this.rule = rule;
        }

        void add(StoredEvent stored) {
            events.add(stored);
            bytes += stored.size();
            while (events.size() > rule.maxEvents || bytes > rule.maxBytes) {
                if (events.size() <= rule.maxEvents && !shortfallLogged) {
                    shortfallLogged = true;
                    LOG.warn(
                            "history shorter than configured: topics={} events={} maxEvents={} maxBytes={} (raise"
                                    + " max-bytes)",
                            rule.uri,
                            events.size() - 1,
                            rule.maxEvents,
                            rule.maxBytes);
                }
                bytes -= events.remove().size();
            }
        }
    }

    private volatile List<Store> stores = List.of();

    /** Sets the rules. Events of unchanged rules are preserved. */
    public synchronized void configure(List<Rule> rules) {
        List<Store> before = stores;
        stores = rules.stream()
                .map(rule -> before.stream()
                        .filter(store -> store.rule.equals(rule))
                        .findFirst()
                        .orElseGet(() -> new Store(rule)))
                .toList();
    }

    public boolean isEnabled() {
        return !stores.isEmpty();
    }

    @Override
    public void onPublished(PublishedEvent published, Audience audience) {
        if (!isEnabled()) {
            return;
        }
        V2Event payload = published.event().payload(V2Event.class).orElse(null);
        boolean forSessions =
                payload != null ? !payload.recipients().sessions().isUnrestricted() : audience != Audience.ALL;
        if (forSessions || Uris.isReserved(published.topic())) {
            return;
        }
        long publication = payload != null ? payload.publication() : WampIds.publication(published.number());
        StoredEvent stored = new StoredEvent(Instant.now(), compact(published, payload), audience, publication);
        for (Store store : stores) {
            if (store.rule.match.matches(store.rule.uri, published.topic())) {
                synchronized (store.events) {
                    store.add(stored);
                }
            }
        }
    }

    private static PublishedEvent compact(PublishedEvent published, @Nullable V2Event payload) {
        return payload == null
                ? published
                : new PublishedEvent(published.topic(), Event.ofPayload(payload.compact()), published.number());
    }

    /**
     * Returns the events that a subscriber would have received, as requested.
     *
     * @param options selection of the events; see {@link HistoryQuery}
     * @param scanned receives the cost of the query in entries
     */
    public List<Map<String, Object>> query(
            V2Subscription subscription,
            Subscriber subscriber,
            OptionReader options,
            Serializer format,
            IntConsumer scanned) {
        MatchPolicy match = subscription.topic.match();
        String uri = subscription.topic.id();
        List<StoredEvent> candidates = stored(match, uri);
        List<StoredEvent> all = new ArrayList<>();
        for (StoredEvent stored : candidates) {
            if (match.matches(uri, stored.published.topic()) && stored.audience.includes(subscriber)) {
                all.add(stored);
            }
        }
        List<StoredEvent> selected = HistoryQuery.of(options).select(all);
        // scanning an event is much cheaper than encoding it
        scanned.accept(selected.size() + candidates.size() / 100);
        return selected.stream()
                .map(stored -> encode(stored, subscription, format))
                .toList();
    }

    private List<StoredEvent> stored(MatchPolicy match, String uri) {
        for (Store store : stores) {
            if (store.rule.covers(match, uri)) {
                synchronized (store.events) {
                    return List.copyOf(store.events);
                }
            }
        }
        return Collections.emptyList();
    }

    private static Map<String, Object> encode(StoredEvent stored, V2Subscription subscription, Serializer format) {
        Map<String, Object> details = new HashMap<>();
        stored.published
                .event()
                .payload(V2Event.class)
                .ifPresent(payload -> details.putAll(payload.publisherDetails()));
        if (subscription.topic.match() != MatchPolicy.EXACT) {
            details.put("topic", stored.published.topic());
        }
        CallArguments arguments = V2Event.arguments(stored.published.event());
        return Map.of(
                "timestamp",
                stored.time,
                "subscription",
                subscription.id,
                "publication",
                stored.publication,
                "details",
                details,
                "args",
                arguments.encodedList(format),
                "kwargs",
                arguments.encodedMap(format));
    }
}
