package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.access.AccessDecision;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Result of a push; the same for all bridges.
 *
 * <p>A push has one or more events. All of them are published, or none.
 */
@ThreadSafe
public sealed interface PushResult {
    /** Returns the result as a line for protocols of text lines: {@code ok 3} or {@code error not UTF-8}. */
    String acknowledgement();

    /**
     * Event of a published push.
     *
     * @param topic name of its topic
     * @param subscribers number of subscribers of the topic; empty if a transformation has skipped the event
     * @param position position in the log of the topic; null if it has none
     */
    record PushedEvent(String topic, OptionalInt subscribers, @Nullable Position position) {}

    /**
     * Result of a push that was published.
     *
     * @param events events, in the order of the push
     */
    record Published(List<PushedEvent> events) implements PushResult {
        @Override
        public String acknowledgement() {
            StringBuilder text = new StringBuilder("ok");
            events.forEach(event -> text.append(' ').append(event.subscribers().orElse(0)));
            return text.toString();
        }
    }

    /**
     * Result of a push that a component received, which publishes on its own.
     *
     * @param events number of events
     */
    record Accepted(int events) implements PushResult {
        @Override
        public String acknowledgement() {
            return "ok";
        }
    }

    /**
     * Result of a push whose events a component received in part.
     *
     * @param accepted number of accepted events
     * @param total number of events
     * @param rejection rejection of the next event; empty if the component closed its connection
     */
    record PartlyAccepted(int accepted, int total, Optional<Rejected> rejection) implements PushResult {
        /** Returns the number of accepted events as text. */
        public String reason() {
            String count = accepted + " of " + total + " pushes accepted";
            return rejection.map(cause -> cause.reason() + "; " + count).orElse(count);
        }

        @Override
        public String acknowledgement() {
            return "error " + reason();
        }
    }

    /**
     * Result of a push that was rejected; nothing of it was published.
     *
     * @param kind kind of the rejection; each protocol maps it to its own code
     * @param topic topic that is rejected; empty if the reason is not its name
     * @param detail reason without the name of the topic
     */
    record Rejected(CloseReason.Rejection.Kind kind, Optional<String> topic, String detail) implements PushResult {
        private static final int MAX_LENGTH = 250;
        private static final String DENIED = "denied: ";

        static Rejected ofTopic(String topic, String detail) {
            return new Rejected(CloseReason.Rejection.Kind.FORBIDDEN, Optional.of(topic), detail);
        }

        /** Returns the result for an event that its topic's policy denies. */
        public static Rejected ofDenial(String topic, AccessDecision decision) {
            if (decision instanceof AccessDecision.Limit limit) {
                return new Rejected(
                        CloseReason.Rejection.Kind.LIMIT_EXCEEDED, Optional.of(topic), DENIED + limit.reason());
            }
            String reason = decision instanceof AccessDecision.Deny deny
                    ? deny.reason()
                    : decision instanceof AccessDecision.Hide hide
                            ? hide.reason()
                            : decision instanceof AccessDecision.Close close ? close.reason() : "";
            return ofTopic(topic, DENIED + reason);
        }

        /** Returns the result for a rejection. */
        public static Rejected of(CloseReason.Rejection rejection) {
            return new Rejected(rejection.kind(), Optional.empty(), rejection.text());
        }

        /** Reports whether the policy of the topic denies the event. */
        public boolean isDenial() {
            return topic.isPresent() && detail.startsWith(DENIED);
        }

        /** Returns the reason for the sender and the log. */
        public String reason() {
            return topic.map(name -> SafeText.excerpt("topic " + name + " " + detail, MAX_LENGTH))
                    .orElse(detail);
        }

        /** Returns the reason without the name of the topic, for senders that know it. */
        public String reasonWithoutTopic() {
            return topic.isPresent() ? "topic " + detail : detail;
        }

        @Override
        public String acknowledgement() {
            return "error " + reason().replaceFirst("^JSON, ", "");
        }
    }
}
