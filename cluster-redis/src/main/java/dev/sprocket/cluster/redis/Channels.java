package dev.sprocket.cluster.redis;

import dev.sprocket.cluster.internal.log.NameSet;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Channels that this node wants to hear, and what Redis has not confirmed yet.
 *
 * <p>Confirmations are counted by channel, in the order of the commands; the answers of the client are not believed. A
 * channel without a pending command is in the state that is wanted, so a confirmed topic is stored as its name only.
 * Confined to the loop of the engine.
 */
final class Channels {
    /** Number of channels of one command. */
    private static final int BATCH = 512;

    /** Change of several channels. */
    private static final class Change {
        final boolean subscribes;
        final CompletableFuture<Void> confirmed = new CompletableFuture<>();
        /** Number of channels that Redis has not confirmed. */
        int left;

        Change(boolean subscribes) {
            this.subscribes = subscribes;
        }
    }

    /** Changes of one channel that Redis has not confirmed. */
    private static final class Pending {
        final Change change;

        @Nullable
        Pending next;

        Pending(Change change) {
            this.change = change;
        }

        Pending last() {
            Pending last = this;
            for (Pending later = next; later != null; later = later.next) {
                last = later;
            }
            return last;
        }
    }

    private final Names names;
    private final Consumer<Throwable> refused;
    /** Time of the last confirmation, or of the command for which Redis owes one. */
    private long progressNanos;
    /** Channels of the node itself. */
    private final Set<String> own = new LinkedHashSet<>();
    /** Topics that are wanted. */
    private final NameSet<String> wanted = new NameSet<>();
    /** Pending changes by channel, the oldest first. */
    private Map<String, Pending> pending = new HashMap<>();

    private @Nullable StatefulRedisPubSubConnection<ChannelName, byte[]> connection;

    /**
     * Creates channels without a connection.
     *
     * @param refused called by a thread of the client when Redis has answered an error
     */
    Channels(Names names, Consumer<Throwable> refused) {
        this.names = names;
        this.refused = refused;
    }

    /** Adds channels of the node itself, which are subscribed with the next connection. */
    void own(Collection<String> channels) {
        own.addAll(channels);
    }

    /** Subscribes to topics; completes when Redis has confirmed each. */
    CompletableFuture<Void> subscribe(Collection<String> topics) {
        return change(topics, true);
    }

    CompletableFuture<Void> unsubscribe(Collection<String> topics) {
        return change(topics, false);
    }

    /** Subscribes to all wanted channels on a new connection; completes when Redis has confirmed each. */
    CompletableFuture<Void> connected(StatefulRedisPubSubConnection<ChannelName, byte[]> other) {
        connection = other;
        List<String> channels = new ArrayList<>(own);
        wanted.values().forEach(topic -> channels.add(names.topicChannel(topic)));
        return send(channels, new Change(true));
    }

    /** Fails what was not confirmed on a connection that was lost. */
    void disconnected() {
        connection = null;
        Map<String, Pending> lost = pending;
        pending = new HashMap<>();
        UnavailableException failure = new UnavailableException("Redis has not confirmed the subscription");
        for (Pending first : lost.values()) {
            for (Pending each = first; each != null; each = each.next) {
                each.change.confirmed.completeExceptionally(failure);
            }
        }
    }

    /** Reports whether Redis owes a confirmation, and has given none for a time. */
    boolean isLate(long now, long limitNanos) {
        return !pending.isEmpty() && now - progressNanos > limitNanos;
    }

    int size() {
        return own.size() + wanted.size();
    }

    private CompletableFuture<Void> change(Collection<String> topics, boolean subscribes) {
        Set<CompletableFuture<Void>> earlier = new LinkedHashSet<>();
        List<String> sent = new ArrayList<>();
        for (String topic : topics) {
            boolean isChange = subscribes ? wanted.add(topic) : wanted.remove(topic);
            if (connection == null || (!isChange && pending.isEmpty())) {
                continue;
            }
            String channel = names.topicChannel(topic);
            Pending first = pending.get(channel);
            Change last = first == null ? null : first.last().change;
            if (last != null && last.subscribes == subscribes) {
                earlier.add(last.confirmed);
            } else if (last != null || isChange) {
                sent.add(channel);
            }
        }
        if (connection == null) {
            return CompletableFuture.failedFuture(new UnavailableException("Redis is away"));
        }
        earlier.add(send(sent, new Change(subscribes)));
        return CompletableFuture.allOf(earlier.toArray(new CompletableFuture<?>[0]));
    }

    private CompletableFuture<Void> send(List<String> channels, Change change) {
        change.left = channels.size();
        if (pending.isEmpty()) {
            progressNanos = System.nanoTime();
        }
        for (String channel : channels) {
            Pending added = new Pending(change);
            Pending first = pending.putIfAbsent(channel, added);
            if (first != null) {
                first.last().next = added;
            }
        }
        StatefulRedisPubSubConnection<ChannelName, byte[]> open = connection;
        for (int from = 0; from < channels.size() && open != null; from += BATCH) {
            ChannelName[] batch = channels.subList(from, Math.min(channels.size(), from + BATCH)).stream()
                    .map(channel -> new ChannelName(Names.bytes(channel)))
                    .toArray(ChannelName[]::new);
            RedisFuture<Void> answer = change.subscribes
                    ? open.async().subscribe(batch)
                    : open.async().unsubscribe(batch);
            var unused = answer.whenComplete((done, failure) -> {
                if (failure instanceof RedisCommandExecutionException) {
                    refused.accept(failure);
                }
            });
        }
        if (channels.isEmpty()) {
            change.confirmed.complete(null);
        }
        return change.confirmed;
    }

    /** Handles a confirmation of Redis. */
    void onConfirmed(String channel, boolean subscribed) {
        Pending first = pending.get(channel);
        if (first == null || first.change.subscribes != subscribed) {
            return;
        }
        progressNanos = System.nanoTime();
        if (first.next == null) {
            pending.remove(channel);
        } else {
            pending.put(channel, first.next);
        }
        if (pending.isEmpty()) {
            pending = new HashMap<>(); // a map that was large keeps its table
        }
        Change change = first.change;
        change.left--;
        if (change.left == 0) {
            change.confirmed.complete(null);
        }
    }
}
