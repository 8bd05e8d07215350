package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.pubsub.internal.delivery.AcknowledgedPublisher;
import dev.sprocket.pubsub.internal.delivery.LogOutage;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueue;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueues;
import dev.sprocket.pubsub.internal.delivery.PendingEvent;
import dev.sprocket.pubsub.internal.delivery.PublisherOrder;
import dev.sprocket.pubsub.internal.delivery.TimedEvent;
import dev.sprocket.pubsub.internal.delivery.TopicLocks;
import dev.sprocket.pubsub.internal.delivery.TopicLocks.TopicLock;
import dev.sprocket.pubsub.internal.metrics.HotTopics;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.internal.pattern.HistoryPatterns;
import dev.sprocket.pubsub.internal.pattern.PatternMap;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Topics and patterns with subscribers; others are not stored.
 *
 * <p>An event is queued for its topic and all matching patterns while their locks are held together. So all subscribers
 * of a topic receive its events in one order, whether they are subscribed to the topic or to a pattern, and so do all
 * subscribers of topics that share a pattern. Publishes to topics without a common pattern or lock run in parallel.
 */
@ThreadSafe
final class ActiveTopics implements TopicRegistry {
    private static final PeerLog LOG = PeerLog.of(Topics.class);

    /** Delivery to nobody. */
    private static final EventLog.Delivery NOBODY = () -> 0;

    private final Map<String, TopicState> exact = new ConcurrentHashMap<>();
    private final PatternMap<TopicState> patterns = new PatternMap<>();
    private final TopicLocks locks = new TopicLocks();
    private final LoopDeliveryQueues<InFlightEvent> queues = new LoopDeliveryQueues<>(DeliveryBatch::new);
    private final List<PublishListener> publishListeners = new CopyOnWriteArrayList<>();
    private final TopicListeners listeners = new TopicListeners();
    private final DropCounter dropStats = new DropCounter();
    private final AtomicLong lastNumber = new AtomicLong();
    private final LongAdder published = new LongAdder();
    private final LongAdder pendingBytes = new LongAdder();
    private final LongAdder subscriptions = new LongAdder();
    private final AtomicLong subscriptionBytes = new AtomicLong();
    private final HotTopics hot = new HotTopics(System::nanoTime);
    /** Numbers of these topics for metrics, which are read when somebody asks. */
    private final PubsubMetrics.TopicNumbers numbers = new Numbers();

    private final EventLog log;
    private final TopicSources sources;

    private final PublisherOrder<Published> order = new PublisherOrder<>(() -> new EventLog.UnavailableException(
            "too many events of this publisher wait for the log (publish more slowly, or wait for each result)"));
    /** Shared by the handles of all topics. */
    private final Topic.Origin origin = new Topic.Origin(this, null);

    private final LogOutage outage;
    private volatile Function<String, TopicSettings> settings;

    ActiveTopics(Function<String, TopicSettings> settings, EventLog log, LogOutage outage) {
        this.settings = settings;
        this.log = log;
        this.outage = outage;
        this.sources = new TopicSources(log);
        PubsubMetrics.TOPICS.add(numbers);
        log.start(new LogReceiver());
        boolean accepts;
        do {
            accepts = log.isAvailable();
            outage.available(accepts);
        } while (accepts != log.isAvailable()); // the receiver may have been told of a change meanwhile
        log.configure(name -> settings.apply(name).history().orElse(null));
    }

    Topic.Origin origin() {
        return origin;
    }

    /** Queues what the log delivers. */
    private final class LogReceiver implements EventLog.Receiver {
        @Override
        public EventLog.Delivery onAppended(String name, EventLog.LoggedEvent logged) {
            Reach reach = log.isShared() ? Reach.TOPIC : Reach.ALL;
            return deliver(name, logged.event(), logged.audience(), logged.publication(), logged, reach);
        }

        @Override
        public EventLog.Delivery onRelayed(String name, Event event, Audience audience, long publication) {
            return deliver(name, event, audience, publication, null, Reach.TOPIC);
        }

        @Override
        public EventLog.Delivery onMatched(
                String name, Event event, Audience audience, long publication, EventLog.@Nullable LoggedEvent logged) {
            return deliver(name, event, audience, publication, logged, Reach.PATTERNS);
        }

        @Override
        public void onAvailable(boolean available) {
            outage.available(available);
        }

        @Override
        public Map<String, Integer> onCount(MatchPolicy match, String topic, int max) {
            if (match == MatchPolicy.EXACT) {
                TopicState state = exact.get(topic);
                return state == null ? Map.of() : Map.of(topic, state.size());
            }
            return exact.values().stream()
                    .map(state -> state.topic.id())
                    .filter(id -> match.matches(topic, id))
                    .sorted()
                    .limit(max)
                    .collect(Collectors.toMap(id -> id, id -> {
                        TopicState state = exact.get(id);
                        return state == null ? 0 : state.size();
                    }));
        }

        @Override
        public EventLog.Delivery onGap(Gap gap) {
            TopicState state = exact.get(gap.topic());
            return state == null ? NOBODY : state.tell(gap);
        }

        @Override
        public EventLog.Delivery onGap(MatchPolicy match, String pattern) {
            TopicState state = find(match, pattern);
            return state == null || !HistoryPatterns.mayKeep(settings, match, pattern)
                    ? NOBODY
                    : state.tell(Gap.ofPattern(pattern));
        }
    }

    /** Subscribers to which an event is delivered. */
    private enum Reach {
        /** Subscribers of the topic and of matching patterns. */
        ALL,
        /** Subscribers of the topic. */
        TOPIC,
        /** Subscribers of matching patterns. */
        PATTERNS
    }

    /** Numbers of these topics. */
    private final class Numbers implements PubsubMetrics.TopicNumbers {
        @Override
        public long topics() {
            return exact.size();
        }

        @Override
        public long patterns() {
            return ActiveTopics.this.patterns().size();
        }

        @Override
        public long subscriptions() {
            return subscriptions.sum();
        }

        @Override
        public long pendingBytes() {
            return pendingBytes.sum();
        }
    }

    HotTopics hot() {
        return hot;
    }

    EventLog log() {
        return log;
    }

    TopicListeners listeners() {
        return listeners;
    }

    List<PublishListener> publishListeners() {
        return publishListeners;
    }

    DropCounter dropStats() {
        return dropStats;
    }

    long published() {
        return published.sum();
    }

    long pendingBytes() {
        return pendingBytes.sum();
    }

    long subscriptionBytes() {
        return subscriptionBytes.get();
    }

    /** Returns the topics with subscribers, without patterns. */
    Collection<TopicState> topics() {
        return exact.values();
    }

    /** Returns the patterns with subscribers. */
    Collection<TopicState> patterns() {
        List<TopicState> all = new ArrayList<>(patterns.values(MatchPolicy.PREFIX));
        all.addAll(patterns.values(MatchPolicy.WILDCARD));
        return all;
    }

    @Nullable
    TopicState find(MatchPolicy match, String id) {
        return match == MatchPolicy.EXACT
                ? exact.get(id)
                : patterns.get(match, id).orElse(null);
    }

    @Override
    public @Nullable TopicState find(Topic topic) {
        return find(topic.match(), topic.id());
    }

    /**
     * Returns a topic and its matching patterns, if they have subscribers.
     *
     * <p>Does not iterate over other topics.
     */
    List<TopicState> matching(String name) {
        return matching(name, Reach.ALL);
    }

    private List<TopicState> matching(String name, Reach reach) {
        TopicState same = reach == Reach.PATTERNS ? null : exact.get(name);
        if (patterns.isEmpty() || reach == Reach.TOPIC) {
            return same == null ? List.of() : List.of(same);
        }
        List<TopicState> found = new ArrayList<>();
        if (same != null) {
            found.add(same);
        }
        boolean reserved = Topics.isReserved(name);
        patterns.forEachMatch(name, pattern -> {
            if (!reserved || Topics.isReserved(pattern.topic.id())) {
                found.add(pattern);
            }
        });
        return found;
    }

    /** Reports whether a subscriber is subscribed to a topic or a matching pattern. */
    boolean reaches(String name, Subscriber subscriber) {
        for (TopicState state : matching(name)) {
            if (state.topic.has(subscriber)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int publish(Topic topic, Event event, Audience audience, Object publisher) {
        TopicSettings.History history = history(topic.id());
        if (history == null && order.isIdle()) {
            return publishUnlogged(topic.id(), event, audience);
        }
        CompletableFuture<Published> published =
                publishLater(topic.id(), event, audience, history, publisher).toCompletableFuture();
        if (isSuccessful(published)) {
            return published.join().subscribers();
        }
        if (!(publisher instanceof AcknowledgedPublisher)) { // otherwise it is told
            var unused = published.whenComplete((done, failure) -> {
                if (failure != null) {
                    onLost(topic, failure);
                }
            });
        }
        return 0;
    }

    private void onLost(Topic topic, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        outage.lost(cause);
        if (!(cause instanceof EventLog.UnavailableException)) {
            LOG.warn(topic, "event not stored in the log and not delivered: topic={}", topic.id(), cause);
        }
    }

    @Override
    public CompletionStage<Published> publishLater(Topic topic, Event event, Audience audience, Object publisher) {
        return publishLater(topic.id(), event, audience, history(topic.id()), publisher);
    }

    private CompletionStage<Published> publishLater(
            String name, Event event, Audience audience, TopicSettings.@Nullable History history, Object publisher) {
        CompletionStage<Published> result =
                publishInOrder(name, event, audience, history, AcknowledgedPublisher.unwrap(publisher));
        if (publisher instanceof AcknowledgedPublisher acknowledged) {
            acknowledged.add(result);
        }
        return result;
    }

    private CompletionStage<Published> publishInOrder(
            String name, Event event, Audience audience, TopicSettings.@Nullable History history, Object publisher) {
        if (history != null) {
            return order.isIdle()
                    ? order.sent(publisher, append(name, event, audience, history))
                    : order.logged(publisher, event.size(), () -> append(name, event, audience, history));
        }
        CompletionStage<Published> waiting = order.isIdle()
                ? null
                : order.behind(
                        publisher,
                        event.size(),
                        () -> CompletableFuture.completedFuture(
                                new Published(null, publishUnlogged(name, event, audience))));
        return waiting != null
                ? waiting
                : CompletableFuture.completedFuture(new Published(null, publishUnlogged(name, event, audience)));
    }

    private CompletionStage<Published> append(
            String name, Event event, Audience audience, TopicSettings.History history) {
        CompletionStage<Published> result = log.append(name, event, audience, history);
        if (outage.isLosing()) {
            var unused = result.thenRun(outage::stored);
        }
        return result;
    }

    /** Delivers an event of a topic without a log, here and on other servers. */
    private int publishUnlogged(String name, Event event, Audience audience) {
        long publication = log.publication(event);
        int subscribers =
                deliver(name, event, audience, publication, null, Reach.ALL).deliver();
        if (!Topics.isReserved(name)) {
            log.relay(name, event, audience, publication);
        }
        return subscribers;
    }

    @Override
    public TopicSettings settings(Topic topic) {
        TopicState state = find(topic);
        return state != null ? state.settings() : settings.apply(topic.id());
    }

    /** Returns the limits of the events that a topic keeps; null if it keeps none. */
    private TopicSettings.@Nullable History history(String name) {
        TopicState state = exact.get(name);
        TopicSettings chosen = state != null ? state.settings() : settings.apply(name);
        return Topics.isReserved(name) ? null : chosen.history().orElse(null);
    }

    /**
     * Queues an event for the subscribers of its topic and of matching patterns.
     *
     * @param publication publication id; 0 if this server chooses it
     * @param logged event in the log; null if the topic has none
     * @return delivers what was queued
     */
    private EventLog.Delivery deliver(
            String name,
            Event event,
            Audience audience,
            long publication,
            EventLog.@Nullable LoggedEvent logged,
            Reach reach) {
        boolean sampled = PubsubMetrics.isSampled();
        if (sampled) {
            hot.add(name);
        }
        List<TopicState> matching = matching(name, reach);
        if (matching.isEmpty()) {
            PublishedEvent told = forListeners(name, event, 0, publication, logged, reach);
            return told == null
                    ? NOBODY
                    : () -> {
                        notifyPublished(told, audience);
                        return 0;
                    };
        }
        LoopSubscribers[][] queues = new LoopSubscribers[matching.size()][];
        long number = 0;
        int subscribers = 0;
        TopicLock[] locked = locks(matching);
        PendingEvent pending = sampled && TimedEvent.isRecorded()
                ? new TimedEvent(pendingBytes, event.size())
                : new PendingEvent(pendingBytes, event.size());
        try {
            TopicLocks.lockAll(locked);
            try {
                for (int i = 0; i < queues.length; i++) {
                    TopicState state = matching.get(i);
                    queues[i] = state.queues();
                    if (queues[i].length > 0) {
                        number = number == 0 ? lastNumber.incrementAndGet() : number;
                        InFlightEvent inFlight = new InFlightEvent(
                                state,
                                InFlightEvent.published(name, event, number, state.topic, publication, logged),
                                audience,
                                pending);
                        subscribers += state.enqueue(inFlight);
                        inFlight.release();
                    }
                }
            } finally {
                TopicLocks.unlockAll(locked);
            }
        } catch (Throwable e) {
            pending.release();
            throw e;
        }
        int all = subscribers;
        // an event for patterns comes for its topic, too
        boolean counts = number != 0 && (reach != Reach.PATTERNS || !exact.containsKey(name));
        PublishedEvent told = forListeners(name, event, number, publication, logged, reach);
        return () -> {
            try {
                for (LoopSubscribers[] each : queues) {
                    TopicState.schedule(each);
                }
            } finally {
                pending.release();
            }
            if (counts) {
                published.increment();
                PubsubMetrics.PUBLISHED.increment();
            }
            if (told != null) {
                notifyPublished(told, audience);
            }
            return all;
        };
    }

    /** Returns an event for the listeners of publishes; null if none is notified. */
    private @Nullable PublishedEvent forListeners(
            String name,
            Event event,
            long number,
            long publication,
            EventLog.@Nullable LoggedEvent logged,
            Reach reach) {
        return publishListeners.isEmpty() || reach == Reach.PATTERNS
                ? null
                : new PublishedEvent(
                        name,
                        event,
                        number == 0 ? lastNumber.incrementAndGet() : number,
                        MatchPolicy.EXACT,
                        name,
                        publication,
                        logged == null ? null : logged.position());
    }

    private void notifyPublished(PublishedEvent event, Audience audience) {
        publishListeners.forEach(listener -> listener.onPublished(event, audience));
    }

    private static TopicLock[] locks(List<TopicState> matching) {
        TopicLock[] all = new TopicLock[matching.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = matching.get(i).lock;
        }
        return all;
    }

    @Override
    public boolean subscribe(Topic topic, Subscriber subscriber) {
        return subscriber.pending(topic) == null && add(topic, subscriber, null, () -> true) != null;
    }

    @Override
    public CompletionStage<Subscribed> subscribe(
            Topic topic, Subscriber subscriber, @Nullable Position after, Gap.Action onGap) {
        if (after != null) {
            checkIsExact(topic);
        }
        CompletableFuture<Subscribed> joined = subscriber.pending(topic);
        if (joined != null) {
            return joined.copy();
        }
        boolean hasLog = sources.mayWait() && topic.match() == MatchPolicy.EXACT && history(topic.id()) != null;
        CompletableFuture<@Nullable Position> connected = sources.hold(topic, hasLog);
        if (after == null && isSuccessful(connected)) {
            Position top = add(topic, subscriber, new Subscription.Start(null, null, false), () -> true);
            sources.release(topic, hasLog);
            Position start = top == null || top.equals(Position.EARLIEST) ? null : top;
            return CompletableFuture.completedFuture(new Subscribed(start, start, 0, null));
        }
        CompletableFuture<Subscribed> pending = new CompletableFuture<>();
        CompletableFuture<Subscribed> other = subscriber.addPending(topic, pending);
        if (other != null) {
            sources.release(topic, hasLog);
            return other.copy();
        }
        connected
                .thenCompose(top -> after == null
                        ? CompletableFuture.completedFuture(new Subscribed(top, top, 0, null))
                        : find(topic, after, onGap))
                .whenComplete((found, failure) -> {
                    complete(topic, subscriber, pending, found, after != null, failure);
                    sources.release(topic, hasLog);
                });
        return pending.copy(); // that nobody else completes
    }

    static boolean isSuccessful(CompletableFuture<?> future) {
        return future.isDone() && !future.isCompletedExceptionally();
    }

    /** Adds a subscriber whose beginning was found, unless its subscription was cancelled. */
    private void complete(
            Topic topic,
            Subscriber subscriber,
            CompletableFuture<Subscribed> pending,
            @Nullable Subscribed found,
            boolean recovers,
            @Nullable Throwable failure) {
        boolean[] isCancelled = {false};
        try {
            if (found == null) {
                if (subscriber.endPending(topic, pending)) {
                    pending.completeExceptionally(
                            failure == null ? new IllegalStateException("no answer of the log") : failure);
                }
                return;
            }
            Subscription.Start start =
                    recovers ? Subscription.Start.of(found) : new Subscription.Start(found.start(), found.gap(), false);
            Position before = add(topic, subscriber, start, () -> {
                isCancelled[0] = !subscriber.endPending(topic, pending);
                return !isCancelled[0];
            });
            if (!isCancelled[0]) {
                pending.complete(before != null ? found : new Subscribed(found.top(), found.top(), 0, null));
            }
        } catch (RuntimeException e) {
            if (!isCancelled[0]) {
                var unused = subscriber.endPending(topic, pending);
                pending.completeExceptionally(e);
            }
        }
    }

    @Override
    public CompletionStage<Subscribed> find(Topic topic, Position after, Gap.Action onGap) {
        checkIsExact(topic);
        return history(topic.id()) == null
                ? CompletableFuture.completedFuture(Subscribed.withoutLog(topic.id(), after))
                : log.find(topic.id(), after, Subscribed.MAX_EVENTS, Subscribed.MAX_BYTES)
                        .whenComplete((place, failure) -> {
                            if (failure != null) {
                                PubsubMetrics.RECOVERIES.increment(PubsubMetrics.RecoveryResult.FAILED);
                            }
                        })
                        .thenApply(place -> Subscribed.of(topic.id(), after, place, onGap));
    }

    @Override
    public boolean subscribe(Topic topic, Subscriber subscriber, Subscribed found) {
        return add(topic, subscriber, Subscription.Start.of(found), () -> true) != null;
    }

    @Override
    public boolean subscribe(Topic topic, Subscriber subscriber, Position newest) {
        return add(topic, subscriber, new Subscription.Start(newest, null, false), () -> true) != null;
    }

    @Override
    public void position(Topic topic, Subscriber subscriber, Consumer<@Nullable Position> callback) {
        queues.of(subscriber.executor()).runNext(() -> {
            try {
                Subscription subscription = subscriber.subscriptions().get(topic);
                callback.accept(subscription == null ? null : subscription.loopSubscribers.reached(subscription));
            } catch (Throwable e) { // must not affect other changes
                LOG.warn(topic, "callback failed: topic={} subscriber={}", topic.id(), subscriber.id(), e);
            }
        });
    }

    private static void checkIsExact(Topic topic) {
        if (topic.match() != MatchPolicy.EXACT) {
            throw new UnsupportedOperationException(
                    "subscribing to the pattern " + topic.id() + " after a position (expected: a topic)");
        }
    }

    /**
     * Adds a subscriber.
     *
     * @param isWanted called once with the lock of the topic; false to add nothing
     * @return position of the last event before the subscription, {@link Position#EARLIEST} if the topic has no log;
     *     null if it was subscribed already, or is not wanted
     */
    @CanIgnoreReturnValue
    @SuppressWarnings("ReferenceEquality") // other settings are another function
    private @Nullable Position add(
            Topic topic, Subscriber subscriber, Subscription.@Nullable Start start, BooleanSupplier isWanted) {
        LoopDeliveryQueue<InFlightEvent> queue = queues.of(subscriber.executor());
        TopicLock lock = locks.of(topic.match(), topic.id());
        TopicState created = null;
        Function<String, TopicSettings> used = settings;
        Position last;
        while (true) {
            if (created == null && find(topic) == null) {
                created = create(topic, lock, used.apply(topic.id()));
            }
            lock.lock();
            try {
                TopicState existing = find(topic);
                TopicState state = existing == null ? created : existing;
                if (state == null) { // its last subscriber has just left
                    continue;
                }
                if (!isWanted.getAsBoolean()) {
                    return null;
                }
                if (existing == null) {
                    put(state); // before the log hands over events that were appended from now on
                    sources.connect(state);
                }
                last = state.last();
                if (!state.add(subscriber, queue, isInDoubt(topic) ? Subscription.Start.inDoubt(topic) : start)) {
                    if (existing == null) {
                        remove(state);
                        sources.disconnect(state);
                    }
                    return null;
                }
                if (existing == null) {
                    if (settings != used) { // they have changed since, for the topics that were active
                        change(state, settings.apply(topic.id()));
                    }
                    notifyListeners(state.topic, listener -> listener.onActive(state.topic));
                }
                subscriptions.increment();
                subscriptionBytes.addAndGet(Topics.subscriptionCost(topic.id()));
            } finally {
                lock.unlock();
            }
            queue.scheduleChanges();
            listeners.dispatch();
            return last == null ? Position.EARLIEST : last;
        }
    }

    /** Reports whether events of topics with a history are missed for a pattern. */
    private boolean isInDoubt(Topic topic) {
        return topic.match() != MatchPolicy.EXACT
                && log.isInDoubt(topic.match(), topic.id())
                && HistoryPatterns.mayKeep(settings, topic.match(), topic.id());
    }

    /** Replaces the settings of all topics. */
    synchronized void settings(Function<String, TopicSettings> other) {
        settings = other;
        for (TopicState state : exact.values()) {
            TopicSettings chosen = other.apply(state.topic.id());
            state.lock.lock();
            try {
                change(state, chosen);
            } finally {
                state.lock.unlock();
            }
            for (LoopSubscribers subscribers : state.queues()) {
                subscribers.queue.scheduleChanges();
            }
        }
        log.configure(name -> other.apply(name).history().orElse(null));
    }

    /** Sets other settings of a topic with subscribers; the caller holds its lock. */
    private void change(TopicState state, TopicSettings chosen) {
        boolean kept = state.settings().history().isPresent();
        boolean keeps = chosen.history().isPresent();
        state.settings(chosen, keeps ? state.last() : null);
        if (keeps != kept) {
            sources.disconnect(state);
            sources.connect(state);
            state.changeLog();
        }
    }

    private TopicState create(Topic topic, TopicLock lock, TopicSettings chosen) {
        TopicOverflow overflow = new TopicOverflow(
                chosen.slowReaders().orElse(null), dropStats, (dropped, lossy) -> onDropped(topic, dropped, lossy));
        return new TopicState(topic, lock, chosen, overflow, log);
    }

    @Override
    public boolean unsubscribe(Topic topic, Subscriber subscriber) {
        LoopDeliveryQueue<InFlightEvent> queue;
        CompletableFuture<Subscribed> pending = null;
        TopicLock lock = locks.of(topic.match(), topic.id());
        lock.lock();
        try {
            TopicState state = find(topic);
            queue = state == null ? null : state.remove(subscriber);
            pending = subscriber.takePending(topic);
            if (state == null || queue == null) {
                return pending != null;
            }
            if (state.isEmpty()) {
                remove(state);
                sources.disconnect(state);
                notifyListeners(state.topic, listener -> listener.onInactive(state.topic));
            }
            subscriptions.decrement();
            subscriptionBytes.addAndGet(-Topics.subscriptionCost(topic.id()));
        } finally {
            lock.unlock();
            if (pending != null) {
                pending.cancel(false);
            }
        }
        queue.scheduleChanges();
        listeners.dispatch();
        return true;
    }

    /** Adds a state; the caller holds its lock. */
    private void put(TopicState state) {
        Topic topic = state.topic;
        if (topic.match() == MatchPolicy.EXACT) {
            exact.put(topic.id(), state);
        } else {
            patterns.computeIfAbsent(topic.match(), topic.id(), () -> state);
        }
    }

    /** Removes a state without subscribers; the caller holds its lock. */
    private void remove(TopicState state) {
        Topic topic = state.topic;
        if (topic.match() == MatchPolicy.EXACT) {
            exact.remove(topic.id(), state);
        } else {
            patterns.remove(topic.match(), topic.id(), state);
        }
    }

    /** Queues a notification of the listeners about a topic, but not about a pattern. */
    private void notifyListeners(Topic topic, Consumer<TopicListener> callback) {
        if (topic.match() == MatchPolicy.EXACT) {
            listeners.enqueue(topic, callback);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a later state of a topic has another overflow policy
    private void onDropped(Topic topic, TopicOverflow overflow, @Nullable Outbound lossy) {
        if (lossy != null) {
            TopicState state = find(topic);
            if (state != null && state.overflow() == overflow) {
                state.onLost(lossy);
            }
        } else if (!listeners.isEmpty() && overflow.startNotification()) {
            listeners.enqueue(topic, listener -> {
                overflow.endNotification();
                listener.onDropped(topic, overflow.dropStats());
            });
            listeners.dispatch();
        }
    }
}
