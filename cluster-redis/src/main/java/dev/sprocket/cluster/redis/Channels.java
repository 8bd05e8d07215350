package dev.sprocket.cluster.redis;

import dev.sprocket.pubsub.EventLog.UnavailableException;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Channels that this node wants to hear, and what Redis has confirmed.
 *
 * <p>Confirmations are counted by channel, in the order of the commands; the answers of the client are not believed.
 * Confined to the loop of the engine.
 */
final class Channels {
    /** Number of channels of one command. */
    private static final int BATCH = 512;

    /** Command about one channel that Redis has not confirmed. */
    private record Pending(boolean subscribes, CompletableFuture<Void> confirmed) {}

    private final Set<String> wanted = new HashSet<>();
    private final Set<String> confirmed = new HashSet<>();
    private final Map<String, Deque<Pending>> pending = new HashMap<>();
    private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;

    /** Subscribes to channels; completes when Redis has confirmed each. */
    CompletableFuture<Void> subscribe(Collection<String> channels) {
        wanted.addAll(channels);
        return change(channels, true);
    }

    CompletableFuture<Void> unsubscribe(Collection<String> channels) {
        wanted.removeAll(channels);
        return change(channels, false);
    }

    /** Subscribes to all wanted channels on a new connection; completes when Redis has confirmed each. */
    CompletableFuture<Void> connected(StatefulRedisPubSubConnection<byte[], byte[]> other) {
        connection = other;
        return change(List.copyOf(wanted), true);
    }

    /** Fails what was not confirmed on a connection that was lost. */
    void disconnected() {
        connection = null;
        confirmed.clear();
        List<Deque<Pending>> lost = new ArrayList<>(pending.values());
        pending.clear();
        UnavailableException failure = new UnavailableException("Redis has not confirmed the subscription");
        lost.forEach(all -> all.forEach(one -> one.confirmed.completeExceptionally(failure)));
    }

    int size() {
        return wanted.size();
    }

    private CompletableFuture<Void> change(Collection<String> channels, boolean subscribes) {
        if (connection == null) {
            return CompletableFuture.failedFuture(new UnavailableException("Redis is away"));
        }
        List<CompletableFuture<Void>> all = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        for (String channel : channels) {
            Deque<Pending> before = pending.get(channel);
            Pending last = before == null ? null : before.peekLast();
            if (last != null && last.subscribes == subscribes) {
                all.add(last.confirmed);
            } else if (last != null || confirmed.contains(channel) != subscribes) {
                Pending added = new Pending(subscribes, new CompletableFuture<>());
                pending.computeIfAbsent(channel, name -> new ArrayDeque<>(1)).add(added);
                all.add(added.confirmed);
                sent.add(channel);
            }
        }
        send(sent, subscribes);
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
    }

    private void send(List<String> channels, boolean subscribes) {
        StatefulRedisPubSubConnection<byte[], byte[]> open = connection;
        for (int from = 0; from < channels.size() && open != null; from += BATCH) {
            byte[][] names = channels.subList(from, Math.min(channels.size(), from + BATCH)).stream()
                    .map(Names::bytes)
                    .toArray(byte[][]::new);
            var unused =
                    subscribes ? open.async().subscribe(names) : open.async().unsubscribe(names);
        }
    }

    /** Handles a confirmation of Redis. */
    void onConfirmed(String channel, boolean subscribed) {
        Deque<Pending> all = pending.get(channel);
        Iterator<Pending> oldest = all == null ? null : all.iterator();
        if (all == null || oldest == null || !oldest.hasNext()) {
            return;
        }
        Pending first = oldest.next();
        if (first.subscribes != subscribed) {
            return;
        }
        oldest.remove();
        if (all.isEmpty()) {
            pending.remove(channel);
        }
        if (subscribed) {
            confirmed.add(channel);
        } else {
            confirmed.remove(channel);
        }
        first.confirmed.complete(null);
    }
}
