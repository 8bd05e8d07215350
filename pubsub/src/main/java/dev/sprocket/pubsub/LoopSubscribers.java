package dev.sprocket.pubsub;

import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueue;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers of one topic on one delivery queue.
 *
 * <p>{@link #size} is guarded by the topic's lock. The members are changed by the delivery queue only, under this
 * object's lock, so that the delivery queue reads them without the lock.
 */
final class LoopSubscribers {
    /** Number of connections without a subscription whose gaps are kept. */
    private static final int MAX_STALE = 16;

    final TopicState state;
    final LoopDeliveryQueue<InFlightEvent> queue;
    /** Number of subscriptions, including those that the delivery queue has not yet processed. */
    int size;

    private @Nullable Subscription[] members = new Subscription[1];
    private int count;
    /** Subscriptions that the delivery queue has not yet processed, in order. */
    private @Nullable Queue<Subscription> joining;

    /** Position of the last event that was delivered; null if the topic has no log. */
    private @Nullable Position live;
    /** Subscribers that are behind; null while there were none. */
    private @Nullable CatchUp catchUp;
    /** Gaps that subscribers are told with their next event; null while there are none. */
    private @Nullable UntoldGaps untold;

    /**
     * Creates an empty group.
     *
     * @param live position of the last event that was queued for the topic; null if it has no log
     */
    LoopSubscribers(TopicState state, LoopDeliveryQueue<InFlightEvent> queue, @Nullable Position live) {
        this.state = state;
        this.queue = queue;
        this.live = live;
    }

    @Nullable
    Position live() {
        return live;
    }

    /** Adds a subscription, which the delivery queue will process; the caller holds the topic's lock. */
    void join(Subscription subscription) {
        size++;
        queue.addUsers(1);
        synchronized (this) {
            if (joining == null) {
                joining = new ArrayDeque<>(1);
            }
            joining.add(subscription);
        }
        queue.add(() -> add(subscription));
    }

    /** Removes a subscription; the caller holds the topic's lock. */
    void leave(Subscription subscription) {
        size--;
        queue.addUsers(-1);
        subscription.unsubscribed = true;
        subscription.subscriber.onUnsubscribe();
        queue.add(() -> remove(subscription));
    }

    private synchronized void add(Subscription subscription) {
        if (joining != null) {
            joining.remove();
            joining = joining.isEmpty() ? null : joining;
        }
        if (!subscription.unsubscribed) {
            begin(subscription);
        }
    }

    /** Adds a subscription to the members, or to those that are behind. */
    private void begin(Subscription subscription) {
        Subscription.Start start = subscription.takeStart();
        Position now = live;
        if (start == null) {
            addMember(subscription);
            return;
        }
        boolean hasLog = now != null || state.source == TopicState.Source.LOG; // that may not have answered yet
        Position position = !hasLog || start.position() == null ? now : start.position();
        Subscriber subscriber = subscription.subscriber;
        if (position != null) {
            subscriber.notice(new Notice.Joined(state.topic.id(), position));
        }
        Gap gap = start.gap();
        if (!hasLog && start.position() != null) { // the history was removed since
            Gap all = new Gap(state.topic.id(), start.position(), null, Gap.Reason.NO_LOG);
            gap = gap == null ? all : gap.merge(all);
        }
        if (gap != null) {
            tell(subscriber, gap, false);
        }
        if (position == null || !start.recovers() && position.equals(now)) {
            addMember(subscription);
        } else {
            catchUp().add(subscription, position, start);
        }
    }

    /** Returns the position of the last event of a subscriber; called by the delivery queue. */
    @Nullable
    Position reached(Subscription subscription) {
        Position beforeGap = untold == null ? null : untold.before(subscription.subscriber.outlet());
        if (beforeGap != null) {
            return beforeGap; // until the gap is told
        }
        if (subscription.isMember()) {
            return live;
        }
        return catchUp == null ? null : catchUp.position(subscription);
    }

    /**
     * Continues with another log, or without one; called by the delivery queue.
     *
     * @param top position of the newest event; null without a log
     */
    synchronized void changeLog(@Nullable Position top) {
        live = top;
        if (top == null && catchUp != null) {
            catchUp.end();
        }
    }

    private CatchUp catchUp() {
        CatchUp existing = catchUp;
        if (existing == null) {
            existing = new CatchUp(this, state.log());
            catchUp = existing;
        }
        return existing;
    }

    /** Frees the memory for subscribers that were behind, once there are none. */
    @SuppressWarnings("ReferenceEquality") // an earlier one may have a step left
    synchronized void onCaughtUp(CatchUp empty) {
        if (catchUp == empty) {
            catchUp = null;
        }
    }

    /** Adds a subscription that receives live events; called by the delivery queue. */
    synchronized void addMember(Subscription subscription) {
        if (count == members.length) {
            members = Arrays.copyOf(members, count * 2);
        }
        subscription.index = count;
        members[count++] = subscription;
    }

    private synchronized void remove(Subscription subscription) {
        var unused = takeUntold(subscription.subscriber);
        if (subscription.index != Subscription.NOT_A_MEMBER) {
            removeMember(subscription);
        } else if (catchUp != null) {
            catchUp.remove(subscription);
        }
    }

    private void removeMember(Subscription subscription) {
        Subscription last = members[--count];
        members[subscription.index] = last;
        if (last != null) {
            last.index = subscription.index;
        }
        members[count] = null;
        subscription.index = Subscription.NOT_A_MEMBER;
        if (members.length > 8 && count < members.length / 4) {
            members = Arrays.copyOf(members, members.length / 2);
        }
    }

    /** Adds all current subscribers to a list. Thread-safe. */
    synchronized void copyTo(List<Subscriber> subscribers) {
        for (int i = 0; i < count; i++) {
            Subscription member = members[i];
            if (member != null && !member.unsubscribed) {
                subscribers.add(member.subscriber);
            }
        }
        if (catchUp != null) {
            catchUp.copyTo(subscribers);
        }
        if (joining != null) {
            for (Subscription subscription : joining) {
                if (!subscription.unsubscribed) {
                    subscribers.add(subscription.subscriber);
                }
            }
        }
    }

    /** Delivers events for one audience; called by the delivery queue. */
    void deliver(EncodedRun run) {
        Audience audience = run.events.get(0).audience;
        int recipients = 0;
        for (int i = 0; i < count; ) {
            Subscription member = members[i];
            if (member != null && isRecipient(member, audience)) {
                recipients++;
                deliver(member.subscriber, run);
            }
            if (i < count && members[i] == member) { // otherwise it has fallen behind, and another took its place
                i++;
            }
        }
        PubsubMetrics.DELIVERED.add((long) recipients * run.events.size());
    }

    /** Delivers events to a subscriber, with the gap before them. */
    void deliver(Subscriber subscriber, EncodedRun run) {
        if (untold == null || !untold.has(subscriber.outlet())) {
            subscriber.deliver(run);
        } else {
            subscriber.deliverEach(run.events);
        }
    }

    /**
     * Tells all subscribers that receive live events of a gap.
     *
     * <p>Those that are behind find it themselves when they read the log.
     */
    void tellAll(Gap gap) {
        boolean required = state.topic.match() == MatchPolicy.EXACT; // a pattern could not recover by a reconnect
        for (int i = 0; i < count; ) {
            Subscription member = members[i];
            if (member != null && !member.unsubscribed) {
                tell(member.subscriber, gap, required);
            }
            if (i < count && members[i] == member) { // otherwise another took its place
                i++;
            }
        }
        Position to = gap.to();
        if (to != null) {
            advance(to);
        }
    }

    /**
     * Tells a subscriber of a gap, with a notice or with the next event.
     *
     * @param required true to disconnect the subscriber if its protocol cannot express it
     */
    void tell(Subscriber subscriber, Gap gap, boolean required) {
        if (subscriber.notice(new Notice.Missed(gap))) {
            PubsubMetrics.GAPS.increment(PubsubMetrics.GapCause.of(gap.reason()));
        } else {
            tellWithNext(subscriber, gap, required);
        }
    }

    /** Tells a subscriber of a gap with the next event, or in front of it. */
    void tellWithNext(Subscriber subscriber, Gap gap, boolean required) {
        untold().add(subscriber.outlet(), new UntoldGaps.Untold(gap, required));
    }

    /** Returns the gap before the next event of a subscriber, once; null without one. */
    UntoldGaps.@Nullable Untold takeUntold(Subscriber subscriber) {
        if (untold == null) {
            return null;
        }
        UntoldGaps.Untold taken = untold.take(subscriber.outlet());
        if (taken != null) {
            PubsubMetrics.GAPS.increment(PubsubMetrics.GapCause.of(taken.gap().reason()));
        }
        if (untold.size() == 0) {
            untold = null;
        }
        return taken;
    }

    /** Reports whether a subscriber is told of a gap with its next event. */
    boolean hasUntold(Subscriber subscriber) {
        return untold != null && untold.has(subscriber.outlet());
    }

    private UntoldGaps untold() {
        UntoldGaps existing = untold;
        if (existing == null) {
            existing = new UntoldGaps();
            untold = existing;
        }
        return existing;
    }

    /** Remembers that a connection does not receive an event; called on its event loop. */
    void onLost(Outbound lossy) {
        int subscribers = count + (catchUp == null ? 0 : catchUp.size());
        if (untold().size() > 2 * subscribers + MAX_STALE) {
            List<Subscriber> current = new ArrayList<>(subscribers);
            copyTo(current);
            untold().retain(current.stream().map(Subscriber::outlet).collect(Collectors.toSet()));
        }
        Gap gap = new Gap(state.topic.id(), null, null, Gap.Reason.DROPPED);
        untold().add(lossy, new UntoldGaps.Untold(gap, false));
    }

    /** Tells a gap later that was not told with an event. */
    void restore(Object outlet, UntoldGaps.Untold told) {
        untold().restore(outlet, told);
    }

    /**
     * Lets a slow reader receive the events after a position from the log.
     *
     * <p>No effect if it is behind already.
     */
    synchronized void fallBehind(Subscription subscription, Position position) {
        if (subscription.isMember()) {
            removeMember(subscription);
            catchUp().add(subscription, position, null);
        }
    }

    /** Sets the position behind which live events begin; called by the delivery queue. */
    void beginLive(Position top) {
        if (live == null) {
            advance(top);
        }
    }

    /** Sets the position of the last event that was delivered; called by the delivery queue. */
    void advance(Position delivered) {
        live = delivered;
        if (catchUp != null) {
            catchUp.onLive();
        }
    }

    /** Marks the recipients of a part of a batch; called by the delivery queue. */
    void selectRecipients(DeliveryBatch batch, int part) {
        List<InFlightEvent> events = batch.part(part);
        Audience audience = events.get(0).audience;
        int recipients = 0;
        for (int i = 0; i < count; i++) {
            Subscription member = members[i];
            if (member != null && isRecipient(member, audience)) {
                recipients++;
                member.subscriber.select(batch, part);
                if (untold != null && untold.has(member.subscriber.outlet())) {
                    member.subscriber.selectEach();
                }
            }
        }
        PubsubMetrics.DELIVERED.add((long) recipients * events.size());
    }

    private static boolean isRecipient(Subscription member, Audience audience) {
        return !member.unsubscribed && (audience == Audience.ALL || audience.includes(member.subscriber));
    }
}
