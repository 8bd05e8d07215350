package dev.sprocket.pubsub;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.JsonException;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes every message that it receives: where bridges end. A message that is no {@link Push} is logged with its sender
 * and counted, and harms nothing else.
 *
 * <p>Threads: any.
 */
@Concurrent
public final class Publisher implements MessageComponent<Connection, Message> {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final Topics topics;
    private final Optional<String> topicField;
    private final LongAdder published = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** Takes envelopes only. */
    public Publisher(Topics topics) {
        this(topics, Optional.empty());
    }

    /** Takes envelopes, and objects whose topic is in the member of this name. */
    public Publisher(Topics topics, Optional<String> topicField) {
        this.topics = topics;
        this.topicField = topicField;
    }

    @Override
    public void onMessage(Connection from, Message message) {
        try {
            for (Push push : Push.read(message.content(), topicField)) {
                int subscribers = topics.topic(push.topic()).broadcast(push.event());
                published.increment();
                LOG.debug("{} pushed {} to {} subscribers", from, push.topic(), subscribers);
            }
        } catch (JsonException e) {
            refused.increment();
            LOG.warn("push from {} refused: {}", from, e.getMessage());
        }
    }

    /** How many events were published. */
    public long published() {
        return published.sum();
    }

    /** How many messages were refused. */
    public long refused() {
        return refused.sum();
    }
}
