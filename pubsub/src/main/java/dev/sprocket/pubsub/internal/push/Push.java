package dev.sprocket.pubsub.internal.push;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.access.DecisionBatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Push that was read and checked: its events, or the reason of its rejection.
 *
 * <p>All events are asked for before the first is delivered.
 */
public final class Push {
    private final Connection from;
    private final List<PublishRequest> events;
    private final @Nullable AccessControl accessControl;
    private final Function<List<PublishRequest>, CompletableFuture<PushResult>> deliver;
    private final PushResult.@Nullable Rejected rejection;
    private final long size;
    /** Questions about the events; null until they are asked. */
    private volatile @Nullable DecisionBatch questions;

    Push(
            Connection from,
            List<PublishRequest> events,
            @Nullable AccessControl accessControl,
            Function<List<PublishRequest>, CompletableFuture<PushResult>> deliver) {
        this.from = from;
        this.events = events;
        this.accessControl = accessControl;
        this.deliver = deliver;
        this.rejection = null;
        long bytes = 0;
        for (PublishRequest event : events) {
            bytes += 256 + 2L * event.topic().length() + event.event().content().readableBytes();
        }
        this.size = bytes;
    }

    Push(Connection from, PushResult.Rejected rejection) {
        this.from = from;
        this.events = List.of();
        this.accessControl = null;
        this.deliver = none -> CompletableFuture.completedFuture(rejection);
        this.rejection = rejection;
        this.size = 256;
    }

    /** Returns a push without events that is rejected for a reason. */
    Push refuse(String reason) {
        return new Push(from, PushResult.Rejected.of(CloseReason.limitExceeded(reason)));
    }

    /** Returns the approximate memory use of the push while it waits, in bytes. */
    public long size() {
        return size;
    }

    /** Returns the version of the policy; see {@link AccessControl#version}. */
    public long version() {
        return accessControl == null ? 0 : accessControl.version();
    }

    /** Asks for the permission of all events; it may follow later. A denial is not logged. */
    public AccessDecision ask() throws Exception {
        AccessControl asked = accessControl;
        if (asked == null) {
            return AccessDecision.ALLOW;
        }
        DecisionBatch batch = new DecisionBatch(events.size(), index -> asked.decide(request(index)));
        questions = batch;
        return batch.ask();
    }

    private AccessRequest request(int index) {
        return PushSender.request(from, Action.PUBLISH, events.get(index).topic());
    }

    /** Delivers the events, or logs the denial; the result may follow later. */
    public CompletableFuture<PushResult> apply(AccessDecision decision) {
        if (decision instanceof AccessDecision.Allow || accessControl == null) {
            return deliver.apply(events);
        }
        DecisionBatch asked = questions;
        AccessRequest denied = request(asked == null ? 0 : asked.denied());
        accessControl.logDenial(denied, decision);
        return CompletableFuture.completedFuture(PushResult.Rejected.ofDenial(denied.name(), decision));
    }

    /** Returns the result of a push whose permission could not be determined. */
    public PushResult fail() {
        return PushResult.Rejected.ofDenial(
                events.isEmpty() ? "" : events.get(0).topic(), AccessDecision.deny("the authorizer failed"));
    }

    /** Reports whether the push was rejected before its permission was asked for. */
    public boolean isRejected() {
        return rejection != null;
    }
}
