package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.PublishListener;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.wamp.spi.Serializer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last events of some topics, for clients that ask what they have missed. Events that are for some sessions, or not for
 * some, are not kept, since those sessions will be gone. In memory.
 */
@ThreadSafe
final class EventHistory implements PublishListener {
    static final long DEFAULT_MAX_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(EventHistory.class);

    /** What is kept: the last so many events of a topic or of all that fit a pattern. */
    record Rule(MatchPolicy match, String uri, int maxEvents, long maxBytes) {
        /** Whether all that a subscription hears of is kept by this. */
        boolean covers(MatchPolicy asked, String pattern) {
            return match == asked && uri.equals(pattern)
                    || asked == MatchPolicy.EXACT && match.matches(uri, pattern)
                    || asked == MatchPolicy.PREFIX && match == MatchPolicy.PREFIX && pattern.startsWith(uri);
        }
    }

    record StoredEvent(Instant time, PublishedEvent published, Audience audience, long publication) {
        long size() {
            return MemoryUsage.OVERHEAD
                    + 2L * published.topic().id().length()
                    + published.event().size();
        }
    }

    /** The events of a rule. */
    private static final class Store {
        final Rule rule;
        final Deque<StoredEvent> events = new ArrayDeque<>();
        private long bytes;
        /** Whether it was logged that there are fewer events than wanted. */
        private boolean shortfallLogged;

        Store(Rule rule) {
            this.rule = rule;
        }

        void add(StoredEvent kept) {
            events.add(kept);
            bytes += kept.size();
            while (events.size() > rule.maxEvents || bytes > rule.maxBytes) {
                if (events.size() <= rule.maxEvents && !shortfallLogged) {
                    shortfallLogged = true;
                    LOG.warn(
                            "history shorter than configured: topics={} events={} wanted={} bytes={} (raise max-bytes)",
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

    /** Goes on by these rules; what was kept by one of them stays. */
    synchronized void configure(List<Rule> rules) {
        List<Store> before = stores;
        stores = rules.stream()
                .map(rule -> before.stream()
                        .filter(store -> store.rule.equals(rule))
                        .findFirst()
                        .orElseGet(() -> new Store(rule)))
                .toList();
    }

    boolean isEnabled() {
        return !stores.isEmpty();
    }

    @Override
    public void onPublished(PublishedEvent published, Audience audience) {
        if (!isEnabled()) {
            return;
        }
        V2Event own = published.event().payload(V2Event.class).orElse(null);
        boolean personal = own != null ? !own.recipients().sessions().isUnrestricted() : audience != Audience.ALL;
        if (personal || Uris.isReserved(published.topic().id())) {
            return;
        }
        long publication = own != null ? own.publication() : WampIds.publication(published.number());
        StoredEvent kept = new StoredEvent(Instant.now(), compact(published, own), audience, publication);
        for (Store store : stores) {
            if (store.rule.match.matches(store.rule.uri, published.topic().id())) {
                synchronized (store.events) {
                    store.add(kept);
                }
            }
        }
    }

    private static PublishedEvent compact(PublishedEvent published, @Nullable V2Event own) {
        return own == null
                ? published
                : new PublishedEvent(
                        published.topic(),
                        Event.ofPayload(own.compact()),
                        published.number(),
                        published.subscribedTopic());
    }

    /** What a subscription would have brought, as the client has asked for it. */
    List<Map<String, Object>> query(
            MetaProcedures.MetaCall asked, V2Subscription subscription, AccessControl authorization) throws Exception {
        MatchPolicy match = subscription.topic.match();
        String uri = subscription.topic.id();
        AccessDecision decision = authorization.check(asked.caller(), Authorizer.Action.SUBSCRIBE, uri, match);
        if (!(decision instanceof AccessDecision.Allow)) {
            throw new CallException("wamp.error.not_authorized", "history of " + uri);
        }
        Subscriber subscriber = Broker.subscriber(asked.caller());
        List<StoredEvent> stored = stored(match, uri);
        List<StoredEvent> all = new ArrayList<>();
        for (StoredEvent kept : stored) {
            if (match.matches(uri, kept.published.topic().id()) && kept.audience.includes(subscriber)) {
                all.add(kept);
            }
        }
        List<StoredEvent> selected = HistoryQuery.of(asked.named()).select(all);
        // looking at an event costs much less than writing it
        asked.rate().charge(selected.size() + stored.size() / 100);
        return selected.stream()
                .map(kept -> encode(kept, subscription, asked.format()))
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

    private static Map<String, Object> encode(StoredEvent kept, V2Subscription subscription, Serializer format) {
        Map<String, Object> details = new HashMap<>();
        kept.published.event().payload(V2Event.class).ifPresent(own -> details.putAll(own.publisherDetails()));
        if (subscription.topic.match() != MatchPolicy.EXACT) {
            details.put("topic", kept.published.topic().id());
        }
        CallArguments arguments = CallArguments.of(kept.published.event());
        return Map.of(
                "timestamp",
                MetaEvents.timestamp(kept.time),
                "subscription",
                subscription.id,
                "publication",
                kept.publication,
                "details",
                details,
                "args",
                arguments.encodedList(format),
                "kwargs",
                arguments.encodedMap(format));
    }
}
