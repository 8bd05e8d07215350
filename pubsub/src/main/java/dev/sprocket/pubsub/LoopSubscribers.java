package dev.sprocket.pubsub;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one topic that live on one lane.
 *
 * <p>Threads: {@link #size} is the topic's, under its lock; who stands where changes on the lane alone, under this
 * object's lock, so the lane reads without it.
 */
final class LoopSubscribers {
    final Topic topic;
    final LoopDeliveryQueue queue;
    /** How many have subscribed, whether or not the lane has seen it. */
    int size;

    private @Nullable Subscription[] members = new Subscription[1];
    private int count;
    /** Those whom the lane has not seen yet, in the order in which it will. */
    private @Nullable Queue<Subscription> joining;

    LoopSubscribers(Topic topic, LoopDeliveryQueue lane) {
        this.topic = topic;
        this.queue = lane;
    }

    /** With the topic's lock: it will be a member as soon as the lane has its turn. */
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

    /** With the topic's lock. */
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
        if (subscription.unsubscribed) {
            return;
        }
        if (count == members.length) {
            members = Arrays.copyOf(members, count * 2);
        }
        subscription.index = count;
        members[count++] = subscription;
    }

    private synchronized void remove(Subscription subscription) {
        if (subscription.index == Subscription.NOT_A_MEMBER) {
            return;
        }
        Subscription last = members[--count];
        members[subscription.index] = last;
        if (last != null) {
            last.index = subscription.index;
        }
        members[count] = null;
        if (members.length > 8 && count < members.length / 4) {
            members = Arrays.copyOf(members, members.length / 2);
        }
    }

    /** Adds all who are subscribed now. Thread-safe. */
    synchronized void copyTo(List<Subscriber> subscribers) {
        for (int i = 0; i < count; i++) {
            Subscription member = members[i];
            if (member != null && !member.unsubscribed) {
                subscribers.add(member.subscriber);
            }
        }
        if (joining != null) {
            for (Subscription one : joining) {
                if (!one.unsubscribed) {
                    subscribers.add(one.subscriber);
                }
            }
        }
    }

    /** Delivers publications for the same audience. On the lane. */
    void deliver(EncodedRun run) {
        Audience audience = run.events.get(0).audience;
        for (int i = 0; i < count; i++) {
            Subscription member = members[i];
            if (member != null && isRecipient(member, audience)) {
                member.subscriber.deliver(run);
            }
        }
    }

    /** Has those who get a part of a batch know it. On the lane. */
    void selectRecipients(DeliveryBatch batch, int part) {
        Audience audience = batch.part(part).get(0).audience;
        for (int i = 0; i < count; i++) {
            Subscription member = members[i];
            if (member != null && isRecipient(member, audience)) {
                member.subscriber.select(batch, part);
            }
        }
    }

    private static boolean isRecipient(Subscription member, Audience audience) {
        return !member.unsubscribed && (audience == Audience.ALL || audience.includes(member.subscriber));
    }
}
