package dev.sprocket.faultlab.client;

import com.google.gson.JsonArray;
import dev.sprocket.faultlab.history.Sent;
import dev.sprocket.faultlab.host.Node;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Publishes by WAMP v2 without waiting for answers, acknowledged or not. */
final class Wamp2Publisher implements Client.Session {
    /** Largest number of events without an answer; beyond it the publisher waits. */
    private static final int MAX_WAITING = 200;

    private final String name;
    private final Outbox outbox;
    private final List<String> topics;
    private final int pauseMillis;
    private final boolean acknowledged;
    private final Map<Long, Sent> waiting = new HashMap<>();

    Wamp2Publisher(String name, Outbox outbox, List<String> topics, int pauseMillis, boolean acknowledged) {
        this.name = name;
        this.outbox = outbox;
        this.topics = topics;
        this.pauseMillis = pauseMillis;
        this.acknowledged = acknowledged;
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        String identity = outbox.identity(name);
        waiting.clear();
        try (TextSocket socket = Wamp2Observer.join(node)) {
            long sentAt = System.nanoTime();
            for (long number = 1; !client.isStopping() || hasTime(sentAt); ) {
                if (!client.isStopping() && waiting.size() < MAX_WAITING) {
                    String topic = topics.get(client.random().nextInt(topics.size()));
                    Sent sent = outbox.next(identity, number, topic, node.name());
                    if (acknowledged) {
                        waiting.put(number, sent);
                    }
                    socket.send("[16," + number + ",{\"acknowledge\":" + acknowledged + "},\"" + topic + "\",["
                            + Outbox.json(sent) + "]]");
                    number++;
                    sentAt = System.nanoTime();
                }
                long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
                do {
                    onMessage(socket.pollArray(Math.max(0, TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime()))));
                } while (System.nanoTime() < next);
            }
        }
    }

    /** Returns true if answers may still come, after the last event. */
    private boolean hasTime(long sentAt) {
        return !waiting.isEmpty() && System.nanoTime() - sentAt < 4_000_000_000L;
    }

    private void onMessage(@Nullable JsonArray message) throws IOException {
        if (message == null) {
            return;
        }
        int type = message.get(0).getAsInt();
        Sent sent = null;
        if (type == 17) {
            sent = waiting.remove(message.get(1).getAsLong());
        } else if (type == 8) {
            sent = waiting.remove(message.get(2).getAsLong());
        }
        if (sent == null) {
            throw new IOException(message.toString());
        }
        outbox.answered(sent, type == 17 ? Sent.Outcome.ACKNOWLEDGED : Sent.Outcome.REFUSED, null);
    }
}
