package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.delivery.LogOutage;
import dev.sprocket.pubsub.internal.push.PushResult.PushedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Publishes the events of pushes to their topics, if their keys and versions allow it.
 *
 * @param isAnswered true if each push is answered; otherwise it is if the connection has a listener of results
 */
@ThreadSafe
record TopicsTarget(Topics topics, boolean isAnswered) implements PushTarget {
    private static final PeerLog LOG = PeerLog.of(PushHandler.class);
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private LogOutage outage() {
        return topics.shared(LogOutage.class, LogOutage::new);
    }

    @Override
    public CompletableFuture<PushResult> deliver(Connection from, List<PublishRequest> events) {
        try {
            return new Delivery(from, events, EventConditions.of(topics).reserve(events)).run();
        } catch (KeyRejectedException e) {
            return CompletableFuture.completedFuture(PushResult.Rejected.of(e));
        }
    }

    /** Delivery of one push, in the order of its events. */
    private final class Delivery {
        private final Connection from;
        private final List<PublishRequest> events;
        private final List<EventConditions.Reservation> reservations;
        /** Results of the events that were published so far; used by one thread after another. */
        private final List<CompletableFuture<PushedEvent>> results;

        private final CompletableFuture<PushResult> all = new CompletableFuture<>();

        Delivery(Connection from, List<PublishRequest> events, List<EventConditions.Reservation> reservations) {
            this.from = from;
            this.events = events;
            this.reservations = reservations;
            this.results = new ArrayList<>(events.size());
        }

        CompletableFuture<PushResult> run() {
            publishNext();
            return all;
        }

        private void publishNext() {
            while (results.size() < events.size()) {
                int index = results.size();
                CompletableFuture<Void> held = hold(events.get(index).topic());
                if (!held.isDone()) {
                    held.whenComplete((done, failure) -> publishNext());
                    return;
                }
                CompletableFuture<PushedEvent> result = publish(events.get(index), reservations.get(index));
                results.add(result);
                if (reservations.get(index).isOrdered() && !result.isDone()) {
                    result.whenComplete((event, failure) -> publishNext());
                    return;
                }
            }
            CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                    .whenComplete((done, failure) -> all.complete(new PushResult.Published(
                            results.stream().map(CompletableFuture::join).toList())));
        }

        /** Holds an event whose log accepts none, if the bridge holds its senders. */
        private CompletableFuture<Void> hold(String topic) {
            LogOutage outage = outage();
            if (outage.isAway() && topics.topic(topic).settings().history().isPresent()) {
                return PushHold.find(from).map(hold -> hold.await(outage)).orElse(NOTHING);
            }
            return NOTHING;
        }

        private CompletableFuture<PushedEvent> publish(PublishRequest event, EventConditions.Reservation conditions) {
            return conditions
                    .publish(() -> publish(event))
                    .exceptionally(failure -> PushedEvent.failed(event.topic()))
                    .thenApply(result -> result.topic(event.topic()));
        }

        private CompletableFuture<PushedEvent> publish(PublishRequest event) {
            String topic = event.topic();
            CompletionStage<Published> stored;
            try {
                stored = topics.topic(topic).by(from).publish(event.event());
            } catch (RuntimeException failure) {
                stored = CompletableFuture.failedFuture(failure);
            }
            return stored.thenApply(published -> {
                        LOG.debug(
                                "push published: peer={} topic={} subscribers={}",
                                from,
                                topic,
                                published.subscribers());
                        return PushedEvent.of(topic, published);
                    })
                    .whenComplete((published, failure) -> {
                        if (failure != null) {
                            onFailure(topic, cause(failure));
                        }
                    })
                    .toCompletableFuture();
        }

        private void onFailure(String topic, Throwable cause) {
            if (!isAnswered && PushResults.listener(from).isEmpty()) {
                outage().lost(cause);
            }
            if (cause instanceof EventLog.UnavailableException) {
                LOG.debug("push not stored: peer={} topic={} cause=\"{}\"", from, topic, cause.getMessage());
            } else {
                LOG.warn(from, "event not stored in the log and not delivered: peer={} topic={}", from, topic, cause);
            }
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
