package dev.sprocket.legacy.command;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampConnection;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Commands for WAMP connections.
 *
 * <p>A {@link WampCommandComponent} returns these in addition to the general {@link dev.sprocket.legacy.command.Command
 * commands}.
 */
@ThreadSafe
public sealed interface WampCommand extends Command.Custom {
    /**
     * Sends an event to one connection, like {@link WampConnection#event}.
     *
     * <p>Two commands are equal if connection, topic and content are equal.
     */
    record Event(WampConnection connection, String topic, dev.sprocket.pubsub.Event event) implements WampCommand {
        /** Creates a command that sends an event of a topic to one connection. */
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

    /**
     * Broadcasts an event to the subscribers of a topic.
     *
     * <p>Two commands are equal if topic, content and audience are equal.
     */
    record Broadcast(Topic topic, dev.sprocket.pubsub.Event event, Audience audience) implements WampCommand {
        /** Creates a command that sends to all subscribers. */
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

    /** Answers a call with a result, like {@link Call#result}. */
    record CallResult(Call call, @Nullable Object data) implements WampCommand {
        @Override
        public void execute() {
            call.result(data);
        }
    }

    /**
     * Answers a call with an error, like {@link Call#error(String, String, Object)}.
     *
     * <p>Two are equal if they answer the same call with equal errors.
     */
    @ThreadSafe
    final class CallError implements WampCommand {
        private final Call call;
        private final String errorUri;
        private final String description;
        private final @Nullable Object details;

        /** Creates a command that answers a call with an error without details. */
        public CallError(Call call, String errorUri, String description) {
            this(call, errorUri, description, null);
        }

        private CallError(Call call, String errorUri, String description, @Nullable Object details) {
            this.call = call;
            this.errorUri = errorUri;
            this.description = description;
            this.details = details;
        }

        /** Returns a copy with details, which Gson can write. */
        public CallError details(Object other) {
            return new CallError(call, errorUri, description, other);
        }

        /** Returns the call. */
        public Call call() {
            return call;
        }

        /** Returns the error URI. */
        public String errorUri() {
            return errorUri;
        }

        /** Returns the description for people. */
        public String description() {
            return description;
        }

        /** Returns further details for programs. */
        public Optional<Object> details() {
            return Optional.ofNullable(details);
        }

        @Override
        public void execute() {
            call.error(errorUri, description, details);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof CallError same
                    && call.equals(same.call)
                    && errorUri.equals(same.errorUri)
                    && description.equals(same.description)
                    && Objects.equals(details, same.details);
        }

        @Override
        public int hashCode() {
            return Objects.hash(call, errorUri, description, details);
        }

        @Override
        public String toString() {
            return "CallError[" + errorUri + "]";
        }
    }

    /** Defines a prefix for a client, like {@link WampConnection#prefix}. */
    record Prefix(WampConnection connection, String prefix, String uri) implements WampCommand {
        @Override
        public void execute() {
            connection.prefix(prefix, uri);
        }
    }
}
