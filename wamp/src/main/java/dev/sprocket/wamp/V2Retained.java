package dev.sprocket.wamp;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.PublishListener;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The last event of each topic that its publisher wanted kept for those who come later: one for everybody, and one that is
 * newer and for some. In memory.
 *
 * <p>Threads: any.
 */
final class V2Retained implements PublishListener {
    /** Past this many topics, nothing is kept for others. */
    private static final int MOST = 10_000;

    private record Kept(@Nullable Event all, @Nullable Event some) {}

    private record Event(Published published, Audience audience) {}

    private final Map<String, Kept> byTopic = new ConcurrentHashMap<>();

    @Override
    public void onPublished(Published published, Audience audience) {
        V2Event event = published.event().payload(V2Event.class).orElse(null);
        String topic = published.topic().id();
        if (event == null || !event.terms().retain() || (byTopic.size() >= MOST && !byTopic.containsKey(topic))) {
            return;
        }
        Event kept = new Event(published, audience);
        byTopic.merge(
                topic,
                event.terms().isForEverybody() ? new Kept(kept, null) : new Kept(null, kept),
                V2Retained::newest);
    }

    /** Publishers on several threads are not heard of in the order in which the subscribers hear them. */
    private static Kept newest(Kept before, Kept now) {
        Event all = later(before.all, now.all);
        Event some = later(before.some, now.some);
        boolean replaced = all != null && some != null && all.published.number() > some.published.number();
        return new Kept(all, replaced ? null : some);
    }

    private static @Nullable Event later(@Nullable Event one, @Nullable Event other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.published.number() > other.published.number() ? one : other;
    }

    /** What a new subscriber of a topic or pattern hears first. */
    List<Published> of(Topic subscribed, Subscriber subscriber) {
        List<Published> found = new ArrayList<>();
        switch (subscribed.match()) {
            case EXACT -> add(byTopic.get(subscribed.id()), subscriber, found);
            default ->
                byTopic.forEach((topic, kept) -> {
                    if (subscribed.match().fits(subscribed.id(), topic)) {
                        add(kept, subscriber, found);
                    }
                });
        }
        return found;
    }

    private static void add(@Nullable Kept kept, Subscriber subscriber, List<Published> found) {
        if (kept == null) {
            return;
        }
        if (kept.some != null && kept.some.audience.includes(subscriber)) {
            found.add(kept.some.published);
        } else if (kept.all != null && kept.all.audience.includes(subscriber)) {
            found.add(kept.all.published);
        }
    }
}
