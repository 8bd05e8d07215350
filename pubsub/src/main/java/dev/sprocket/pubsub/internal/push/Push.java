package dev.sprocket.pubsub.internal.push;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.access.DecisionQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private final Function<List<PublishRequest>, PushResult> deliver;
    private final PushResult.@Nullable Rejected rejection;
    private final long size;
    /** Topic of the event that was denied. */
    private volatile String denied = "";

    Push(
            Connection from,
            List<PublishRequest> events,
            @Nullable AccessControl accessControl,
            Function<List<PublishRequest>, PushResult> deliver) {
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
        this.deliver = none -> rejection;
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
        return accessControl == null ? AccessDecision.ALLOW : ask(accessControl, 0);
    }

    private AccessDecision ask(AccessControl asked, int first) throws Exception {
        List<PublishRequest> waiting = new ArrayList<>(0);
        List<CompletableFuture<AccessDecision>> decisions = new ArrayList<>(0);
        int next = first;
        while (next < events.size() && decisions.size() < DecisionQueue.MAX_QUESTIONS) {
            PublishRequest event = events.get(next++);
            AccessDecision decision = asked.decide(PushSender.request(from, Action.PUBLISH, event.topic()));
            if (decision instanceof AccessDecision.Later later) {
                waiting.add(event);
                decisions.add(later.decision().toCompletableFuture());
            } else if (!(decision instanceof AccessDecision.Allow)) {
                denied = event.topic();
                return decision;
            }
        }
        if (decisions.isEmpty()) {
            return AccessDecision.ALLOW;
        }
        int rest = next;
        return AccessDecision.later(CompletableFuture.allOf(decisions.toArray(CompletableFuture[]::new))
                .thenCompose(all -> {
                    for (int i = 0; i < decisions.size(); i++) {
                        AccessDecision made = decisions.get(i).join();
                        if (!(made instanceof AccessDecision.Allow)) {
                            denied = waiting.get(i).topic();
                            return CompletableFuture.completedStage(made);
                        }
                    }
                    return askRest(asked, rest);
                }));
    }

    private CompletionStage<AccessDecision> askRest(AccessControl asked, int first) {
        try {
            AccessDecision decision = ask(asked, first);
            return decision instanceof AccessDecision.Later later
                    ? later.decision()
                    : CompletableFuture.completedStage(decision);
        } catch (Exception failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    /** Delivers the events, or logs the denial. */
    public PushResult apply(AccessDecision decision) {
        if (decision instanceof AccessDecision.Allow || accessControl == null) {
            return deliver.apply(events);
        }
        accessControl.logDenial(PushSender.request(from, Action.PUBLISH, denied), decision);
        return PushResult.Rejected.ofDenial(denied, decision);
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
