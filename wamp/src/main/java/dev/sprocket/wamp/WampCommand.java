package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ProtocolCommand;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What WAMP adds to the commands of every protocol: a {@link WampCommandComponent} returns these and those.
 */
@ThreadSafe
public sealed interface WampCommand extends ProtocolCommand {
    /** Sends an event to one connection, as {@link WampConnection#event}. Two are equal if they say the same to the same. */
    record Event(WampConnection connection, String topic, dev.sprocket.pubsub.Event event) implements WampCommand {
        /** As above. */
        public Event(WampConnection connection, Topic topic, dev.sprocket.pubsub.Event event) {
            this(connection, topic.id(), event);
        }

        @Override
        public void execute() {
            connection.event(topic, event);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Event same
                    && connection.equals(same.connection)
                    && topic.equals(same.topic)
                    && event.content().equals(same.event.content());
        }

        @Override
        public int hashCode() {
            return 31 * connection.hashCode() + topic.hashCode();
        }
    }

    /** Sends an event to the subscribers of a topic. Two are equal if they say the same to the same. */
    record Broadcast(Topic topic, dev.sprocket.pubsub.Event event, Audience audience) implements WampCommand {
        /** Sends to all of them. */
        public Broadcast(Topic topic, dev.sprocket.pubsub.Event event) {
            this(topic, event, Audience.ALL);
        }

        @Override
        public void execute() {
            topic.broadcast(event, audience);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Broadcast same
                    && topic.equals(same.topic)
                    && event.content().equals(same.event.content())
                    && audience.excluded().equals(same.audience.excluded())
                    && audience.eligible().equals(same.audience.eligible());
        }

        @Override
        public int hashCode() {
            return topic.hashCode();
        }
    }

    /** Answers a call, as {@link Call#result}. */
    record CallResult(Call call, @Nullable Object data) implements WampCommand {
        @Override
        public void execute() {
            call.result(data);
        }
    }

    /** Answers that a call failed, as {@link Call#error(String, String, Object)}. */
    record CallError(Call call, String errorUri, String description, @Nullable Object details) implements WampCommand {
        /** As {@link Call#error(String, String)}. */
        public CallError(Call call, String errorUri, String description) {
            this(call, errorUri, description, null);
        }

        @Override
        public void execute() {
            call.error(errorUri, description, details);
        }
    }

    /** Tells a client of a prefix, as {@link WampConnection#prefix}. */
    record Prefix(WampConnection connection, String prefix, String uri) implements WampCommand {
        @Override
        public void execute() {
            connection.prefix(prefix, uri);
        }
    }
}
