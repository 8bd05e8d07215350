package dev.sprocket.faultlab.history;

import dev.sprocket.faultlab.history.Violation.Promise;
import dev.sprocket.pubsub.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what one observer did not hear on one topic. Not thread-safe. */
final class LossCheck {
    /** Time that an event without a log may take without a fault, in milliseconds. */
    private static final long ARRIVAL = 5000;

    private final Observation observation;
    private final List<Heard> entries;
    private final String topic;
    private final SentIndex index;
    private final Findings findings;
    /** Index of the entry at which an event of the topic was heard first. */
    private final Map<EventKey, Integer> heard = new HashMap<>();

    private final List<Place> places = new ArrayList<>();
    private final Set<Integer> neededGaps = new HashSet<>();

    /** An event that was heard, and the index of its first entry. */
    private record Place(EventKey key, @Nullable Position position, int entry) {
        /** Compares the order of two events in a topic; 0 if it is not known. */
        int order(EventKey other, @Nullable Position otherPosition, SentIndex index) {
            int byPosition = index.order(position, otherPosition);
            if (byPosition != 0) {
                return byPosition;
            }
            return key.publisher().equals(other.publisher()) ? Long.compare(key.number(), other.number()) : 0;
        }
    }

    LossCheck(Observation observation, String topic, SentIndex index, Findings findings) {
        this.observation = observation;
        this.entries = observation.entries();
        this.topic = topic;
        this.index = index;
        this.findings = findings;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Heard.Event event && event.topic().equals(topic)) {
                if (heard.putIfAbsent(event.key(), i) == null) {
                    places.add(new Place(event.key(), index.position(event.key()), i));
                }
            }
        }
    }

    /** With a log: each acknowledged event is heard, or told between its neighbours. */
    void withLog(List<Sent> sentOnTopic) {
        int first = firstConnection();
        if (first < 0) {
            findings.add(Promise.HEARD_OR_TOLD, observation.observer() + " was never connected");
            return;
        }
        for (Sent sent : sentOnTopic) {
            if (sent.sentAt() > entries.get(first).at() && !heard.containsKey(sent.key())) {
                missing(sent, first);
            }
        }
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Heard.Gap gap && gap.topic().equals(topic) && !neededGaps.contains(i)) {
                findings.count("gaps told where nothing was lost (" + gap.reason() + ")", 1);
            }
        }
    }

    private void missing(Sent sent, int first) {
        int sentAt = first; // what arrived before it was sent is before it, whatever a log that was lost says
        while (sentAt + 1 < entries.size() && entries.get(sentAt + 1).at() < sent.sentAt()) {
            sentAt++;
        }
        int low = sentAt;
        int high = entries.size();
        Position position = index.position(sent.key());
        for (Place other : places) {
            if (other.entry <= sentAt) {
                continue;
            }
            int order = other.order(sent.key(), position, index);
            if (order < 0) {
                low = Math.max(low, other.entry);
            } else if (order > 0) {
                high = Math.min(high, other.entry);
            }
        }
        boolean told = false;
        // an order that is wrong is told by StreamCheck
        for (int i = Math.min(low, high) + 1; i < Math.max(low, high); i++) {
            Heard entry = entries.get(i);
            if (entry instanceof Heard.Gap gap && gap.topic().equals(topic)) {
                neededGaps.add(i);
                told = true;
            }
            told |= entry instanceof Heard.Disconnected && !observation.recovers();
        }
        if (sent.outcome() != Sent.Outcome.ACKNOWLEDGED) {
            findings.count("not acknowledged, not heard by an observer", 1);
        } else if (told) {
            findings.count("acknowledged, not heard, and told", 1);
        } else {
            findings.add(Promise.HEARD_OR_TOLD, missed(sent, low, high));
        }
    }

    private String missed(Sent sent, int low, int high) {
        return observation.observer() + " did not hear " + sent
                + (index.isHeardByAnybody(sent.key()) ? " that others heard" : "")
                + ", position " + index.position(sent.key()) + ", between " + entries.get(low) + " and "
                + (high < entries.size() ? entries.get(high) : "the end");
    }

    private int firstConnection() {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Heard.Connected) {
                return i;
            }
        }
        return -1;
    }

    /** Without a log: what was sent and could be heard without a fault is heard. */
    void withoutLog(List<Sent> sentOnTopic, Quiet quiet) {
        List<long[]> connections = connections();
        for (Sent sent : sentOnTopic) {
            long at = sent.sentAt();
            if (sent.outcome() == Sent.Outcome.REFUSED || heard.containsKey(sent.key())) {
                continue;
            }
            boolean connected = connections.stream().anyMatch(one -> one[0] <= at - 1000 && at + ARRIVAL <= one[1]);
            if (connected && quiet.isQuiet(at, at + ARRIVAL)) {
                findings.add(
                        Promise.HEARD_IN_QUIET,
                        observation.observer() + " did not hear " + sent
                                + (index.isHeardByAnybody(sent.key()) ? " that others heard" : ""));
            } else {
                findings.count("without a log, not heard by an observer around a fault", 1);
            }
        }
    }

    /** Returns beginning and end of each connection. */
    private List<long[]> connections() {
        List<long[]> connections = new ArrayList<>();
        long since = -1;
        for (Heard entry : entries) {
            if (entry instanceof Heard.Connected) {
                since = entry.at();
            } else if (entry instanceof Heard.Disconnected && since >= 0) {
                connections.add(new long[] {since, entry.at()});
                since = -1;
            }
        }
        return connections;
    }
}
