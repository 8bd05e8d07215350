package dev.sprocket.faultlab.client;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.faultlab.history.EventKey;
import dev.sprocket.faultlab.history.Sent;
import dev.sprocket.pubsub.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Notes of all publishers. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // guarded by this
public final class Outbox {
    private final LongSupplier clock;
    private final List<Sent> sent = new ArrayList<>();
    private final Map<String, Integer> identities = new HashMap<>();

    /** Creates an empty outbox; {@code clock} returns the milliseconds since the beginning. */
    public Outbox(LongSupplier clock) {
        this.clock = clock;
    }

    /** Returns the name of a new connection of a publisher. */
    synchronized String identity(String publisher) {
        return publisher + "." + identities.merge(publisher, 1, Integer::sum);
    }

    /** Notes an event that is sent next. */
    synchronized Sent next(String identity, long number, String topic, String node) {
        Sent next = new Sent(new EventKey(identity, number), topic, node, clock.getAsLong());
        sent.add(next);
        return next;
    }

    /** Returns the JSON text of an event. */
    static String json(Sent sent) {
        return "{\"p\":\"" + sent.key().publisher() + "\",\"n\":" + sent.key().number() + "}";
    }

    synchronized void answered(Sent which, Sent.Outcome outcome, @Nullable String position) {
        which.answered(outcome, position == null ? null : Position.parse(position));
    }

    /** Returns the newest acknowledged event of a topic; null if there is none. */
    public synchronized @Nullable EventKey newest(String topic) {
        for (int i = sent.size() - 1; i >= 0; i--) {
            if (sent.get(i).topic().equals(topic) && sent.get(i).outcome() == Sent.Outcome.ACKNOWLEDGED) {
                return sent.get(i).key();
            }
        }
        return null;
    }

    /** Returns all events. */
    public synchronized List<Sent> all() {
        return List.copyOf(sent);
    }
}
