package dev.sprocket.faultlab.history;

import dev.sprocket.faultlab.history.Violation.Promise;
import dev.sprocket.pubsub.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what one observer heard, entry by entry: genuine, once, in order. Not thread-safe. */
final class StreamCheck {
    /** Time in milliseconds in which a new connection may read missed events. */
    private static final long BEHIND = 5000;

    private final Observation observation;
    private final Set<String> logged;
    private final SentIndex index;
    private final Quiet quiet;
    private final Findings findings;

    private final Set<EventKey> seen = new HashSet<>();
    private final Set<EventKey> seenOnConnection = new HashSet<>();
    /** By topic. */
    private final Map<String, Position> last = new HashMap<>();
    /** Epochs of a topic that were left for another one, as {@code topic/epoch}. */
    private final Set<String> left = new HashSet<>();
    /** By publisher and topic. */
    private final Map<String, Long> numbers = new HashMap<>();
    /** By publisher, of this connection, topics without a log. */
    private final Map<String, Long> plain = new HashMap<>();
    /** By publisher, of this connection, all topics. */
    private final Map<String, Sent> newest = new HashMap<>();

    /** Time since which the connection is complete; in the future while it is not. */
    private long connectedAt = Long.MAX_VALUE;

    StreamCheck(Observation observation, Set<String> logged, SentIndex index, Quiet quiet, Findings findings) {
        this.observation = observation;
        this.logged = logged;
        this.index = index;
        this.quiet = quiet;
        this.findings = findings;
    }

    void run() {
        for (Heard entry : observation.entries()) {
            if (entry instanceof Heard.Event event) {
                onEvent(event);
            } else if (entry instanceof Heard.Gap gap) {
                last.remove(gap.topic());
                left.removeIf(one -> one.startsWith(gap.topic() + "/"));
                findings.count("gaps told", 1);
            } else if (entry instanceof Heard.Connected connected) {
                connectedAt = connected.at();
                findings.count("connections", 1);
            } else if (entry instanceof Heard.Disconnected) {
                connectedAt = Long.MAX_VALUE;
                seenOnConnection.clear();
                plain.clear();
                newest.clear();
            }
        }
    }

    private void onEvent(Heard.Event event) {
        findings.count("heard", 1);
        Sent sent = index.find(event.key());
        if (sent == null
                || !sent.topic().equals(event.topic())
                || !observation.topics().contains(event.topic())) {
            violated(Promise.GENUINE, event, sent == null ? "nobody sent it" : "it was sent: " + sent);
            return;
        }
        boolean first = seen.add(event.key());
        boolean firstHere = seenOnConnection.add(event.key());
        if (event.repeat() && !first) {
            findings.count("repeated by recovery of WAMP v1", 1);
            return;
        }
        if (logged.contains(event.topic())) {
            if (!first) {
                violated(Promise.ONCE, event, "heard before");
                return;
            }
            checkLog(event);
        } else if (!firstHere) {
            violated(Promise.ONCE, event, "heard before");
            return;
        } else if (!first) {
            findings.count("heard again on another connection, without a log", 1);
            return;
        }
        checkPublisher(event, sent);
    }

    private void checkLog(Heard.Event event) {
        Position position = index.position(event.key());
        if (position == null) {
            return;
        }
        Position before = last.put(event.topic(), position);
        if (before == null) {
            return;
        }
        if (before.epoch() != position.epoch()) {
            left.add(event.topic() + "/" + before.epoch());
            if (left.contains(event.topic() + "/" + position.epoch())) {
                violated(Promise.LOG_ORDER, event, "its epoch had ended, after " + before);
            }
        } else if (position.offset() <= before.offset()) {
            violated(Promise.LOG_ORDER, event, "at " + position + " after " + before);
        }
    }

    private void checkPublisher(Heard.Event event, Sent sent) {
        String publisher = event.key().publisher();
        long number = event.key().number();
        Long onTopic = numbers.put(publisher + " " + event.topic(), number);
        if (logged.contains(event.topic()) && isLater(onTopic, number)) {
            violated(Promise.PUBLISHER_ORDER, event, "after number " + onTopic + " of the same topic");
        }
        if (!logged.contains(event.topic())) {
            Long before = plain.put(publisher, number);
            if (isLater(before, number)) {
                violated(Promise.PUBLISHER_ORDER, event, "after number " + before + ", both without a log");
                return;
            }
        }
        Sent previous = newest.get(publisher);
        if (previous == null || previous.key().number() < number) {
            newest.put(publisher, sent);
        } else if (previous.key().number() > number && !previous.topic().equals(sent.topic())) {
            if (event.at() - connectedAt > BEHIND && quiet.isQuiet(sent.sentAt(), event.at())) {
                violated(Promise.PUBLISHER_ORDER, event, "after " + previous);
            } else {
                findings.count("order across topics changed while a reader was behind", 1);
            }
        }
    }

    private static boolean isLater(@Nullable Long before, long number) {
        return before != null && before > number;
    }

    private void violated(Promise promise, Heard.Event event, String why) {
        findings.add(
                promise,
                observation.observer() + " heard " + event.key() + " on " + event.topic() + " at " + event.at()
                        + " ms: " + why);
    }
}
