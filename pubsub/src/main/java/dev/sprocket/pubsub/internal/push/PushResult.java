package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.access.AccessDecision;
import java.util.List;
import java.util.Optional;

/**
 * Result of a push; the same for all bridges.
 *
 * <p>A push has one or more events. If one of them is rejected, none is published. Otherwise each has its own result.
 */
@ThreadSafe
public sealed interface PushResult {
    /** Returns the result as a line for protocols of text lines: {@code ok 3} or {@code error not UTF-8}. */
    String acknowledgement();

    /** Result of one event of a push. */
    enum Outcome {
        /** Published. */
        PUBLISHED,
        /** Not published, because a transformation has skipped it. */
        SKIPPED,
        /** Not published, because it is not newer than the newest version published on its topic. */
        SUPERSEDED,
        /** Not published, because the log of the topic has failed. */
        FAILED
    }

    /**
     * Event of a push that was accepted.
     *
     * @param topic name of its topic
     * @param outcome result of the event
     * @param published position and subscribers; without them if it was not published
     * @param isDuplicate true if the result is that of an earlier event with the same key
     */
    record PushedEvent(String topic, Outcome outcome, dev.sprocket.pubsub.Published published, boolean isDuplicate) {
        private static final dev.sprocket.pubsub.Published NONE = new dev.sprocket.pubsub.Published(null, 0);

        static PushedEvent of(String topic, dev.sprocket.pubsub.Published published) {
            return new PushedEvent(topic, Outcome.PUBLISHED, published, false);
        }

        static PushedEvent skipped(String topic) {
            return new PushedEvent(topic, Outcome.SKIPPED, NONE, false);
        }

        static PushedEvent superseded(String topic) {
            return new PushedEvent(topic, Outcome.SUPERSEDED, NONE, false);
        }

        static PushedEvent failed(String topic) {
            return new PushedEvent(topic, Outcome.FAILED, NONE, false);
        }

        /** Returns the result for a repeated event. */
        PushedEvent repeated() {
            return new PushedEvent(topic, outcome, published, outcome != Outcome.FAILED);
        }

        PushedEvent topic(String name) {
            return new PushedEvent(name, outcome, published, isDuplicate);
        }
    }

    /**
     * Result of a push that was accepted.
     *
     * @param events events, in the order of the push
     */
    record Published(List<PushedEvent> events) implements PushResult {
        /** Returns the number of events that the log of their topic has not stored. */
        public int failed() {
            return (int) events.stream()
                    .filter(event -> event.outcome() == Outcome.FAILED)
                    .count();
        }

        /** Returns the number of failed events as text. */
        public String reason() {
            return failed() + " of " + events.size() + " events not stored";
        }

        @Override
        public String acknowledgement() {
            if (failed() > 0) {
                return "error " + reason();
            }
            StringBuilder text = new StringBuilder("ok");
            events.forEach(event -> text.append(' ').append(event.published().subscribers()));
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

    /** Kind of a rejection; each protocol maps it to its own code. */
    enum Kind {
        /** Not valid. */
        MALFORMED,
        /** Unsupported kind of data. */
        UNSUPPORTED,
        /** Not allowed. */
        FORBIDDEN,
        /** Limit exceeded. */
        LIMIT_EXCEEDED,
        /** A key was used for another event. */
        KEY_REUSED,
        /** Not possible now: no room for a further key or version, or a failed log. */
        UNAVAILABLE;

        private static Kind of(CloseReason.Rejection.Kind kind) {
            return switch (kind) {
                case MALFORMED -> MALFORMED;
                case UNSUPPORTED -> UNSUPPORTED;
                case FORBIDDEN -> FORBIDDEN;
                case LIMIT_EXCEEDED -> LIMIT_EXCEEDED;
            };
        }
    }

    /**
     * Result of a push that was rejected; nothing of it was published.
     *
     * @param kind kind of the rejection
     * @param topic topic that is rejected; empty if the reason is not its name
     * @param detail reason without the name of the topic
     * @param retryAfterSeconds time after which the push may be accepted, in seconds; 0 if unknown
     */
    record Rejected(Kind kind, Optional<String> topic, String detail, long retryAfterSeconds) implements PushResult {
        private static final int MAX_LENGTH = 250;
        private static final String DENIED = "denied: ";

        static Rejected ofTopic(String topic, String detail) {
            return new Rejected(Kind.FORBIDDEN, Optional.of(topic), detail, 0);
        }

        /** Returns the result for an event that its topic's policy denies. */
        public static Rejected ofDenial(String topic, AccessDecision decision) {
            if (decision instanceof AccessDecision.Limit limit) {
                return new Rejected(Kind.LIMIT_EXCEEDED, Optional.of(topic), DENIED + limit.reason(), 1);
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
            return new Rejected(Kind.of(rejection.kind()), Optional.empty(), rejection.text(), 0);
        }

        /** Returns the result for an event that cannot be published now. */
        public static Rejected unavailable(String reason) {
            return new Rejected(Kind.UNAVAILABLE, Optional.empty(), reason, 1);
        }

        static Rejected of(KeyRejectedException cause) {
            return new Rejected(
                    cause.isReused() ? Kind.KEY_REUSED : Kind.UNAVAILABLE,
                    Optional.empty(),
                    String.valueOf(cause.getMessage()),
                    cause.retryAfterSeconds());
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
