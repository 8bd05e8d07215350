package dev.sprocket.cluster.internal.node;

import dev.sprocket.cluster.internal.log.NameSet;
import dev.sprocket.cluster.spi.Engine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Topics to which this node is subscribed at the engine.
 *
 * <p>Changes of one turn of the executor go to the engine together. Confined to the executor.
 */
final class Subscriptions {
    /** Largest number of topics of one batch. */
    private static final int MAX_BATCH = 1000;

    private final Engine engine;
    private final Executor executor;
    /** Topics in use. */
    private final NameSet<String> used = new NameSet<>();
    /** Number of uses of the topics that have several. */
    private Map<String, Integer> severalUses = new HashMap<>();
    /** Topics to subscribe in the next batch. */
    private Map<String, CompletableFuture<Void>> joining = new LinkedHashMap<>();
    /** Topics that the engine has not confirmed yet, with those of the next batch. */
    private Map<String, CompletableFuture<Void>> unconfirmed = new HashMap<>();

    private Set<String> leaving = new LinkedHashSet<>();
    private boolean scheduled;

    Subscriptions(Engine engine, Executor executor) {
        this.engine = engine;
        this.executor = executor;
    }

    /** Returns the number of topics. */
    int size() {
        return used.size();
    }

    /**
     * Adds a use of a topic.
     *
     * @return completes when the engine has confirmed the topic; fails if it is away
     */
    CompletionStage<Void> acquire(String topic) {
        if (!used.add(topic)) {
            severalUses.merge(topic, 2, (uses, two) -> uses + 1);
            return unconfirmed.getOrDefault(topic, CompletableFuture.completedFuture(null));
        }
        return confirm(topic);
    }

    /** Asks the engine to confirm a topic that is in use. */
    CompletionStage<Void> confirm(String topic) {
        leaving.remove(topic);
        CompletableFuture<Void> pending = unconfirmed.get(topic);
        if (pending != null) {
            return pending;
        }
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        unconfirmed.put(topic, confirmed);
        joining.put(topic, confirmed);
        schedule();
        return confirmed;
    }

    /** Removes a use of a topic. */
    void release(String topic) {
        if (severalUses.containsKey(topic)) {
            severalUses.computeIfPresent(topic, (name, uses) -> uses == 2 ? null : uses - 1);
            if (severalUses.isEmpty()) {
                severalUses = new HashMap<>(); // a map that was large keeps its table
            }
        } else if (used.remove(topic)) {
            CompletableFuture<Void> unsent = joining.remove(topic);
            if (unsent != null) {
                unconfirmed.remove(topic, unsent);
                unsent.cancel(false);
            }
            leaving.add(topic);
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            executor.execute(this::flush);
        }
    }

    private void flush() {
        scheduled = false;
        List<String> left = new ArrayList<>(leaving);
        leaving = new LinkedHashSet<>();
        for (int from = 0; from < left.size(); from += MAX_BATCH) {
            var unused = engine.unsubscribe(left.subList(from, Math.min(left.size(), from + MAX_BATCH)));
        }
        Map<String, CompletableFuture<Void>> all = joining;
        joining = new LinkedHashMap<>();
        List<String> topics = new ArrayList<>(all.keySet());
        for (int from = 0; from < topics.size(); from += MAX_BATCH) {
            List<String> batch = topics.subList(from, Math.min(topics.size(), from + MAX_BATCH));
            engine.subscribe(batch)
                    .whenComplete((done, failure) -> executor.execute(() -> {
                        batch.forEach(topic -> complete(topic, all.get(topic), failure));
                        if (unconfirmed.isEmpty()) {
                            unconfirmed = new HashMap<>();
                        }
                    }));
        }
    }

    private void complete(String topic, @Nullable CompletableFuture<Void> confirmed, @Nullable Throwable failure) {
        if (confirmed != null) {
            unconfirmed.remove(topic, confirmed);
            complete(confirmed, failure);
        }
    }

    private static void complete(CompletableFuture<Void> confirmed, @Nullable Throwable failure) {
        if (failure == null) {
            confirmed.complete(null);
        } else {
            confirmed.completeExceptionally(failure);
        }
    }
}
