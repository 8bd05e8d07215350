package dev.sprocket.faultlab.history;

import dev.sprocket.faultlab.history.Violation.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares a history with the promises of a cluster. Not thread-safe. */
public final class Checker {
    private final History history;
    private final long healing;
    private final Findings findings = new Findings();

    private Checker(History history, Duration healing) {
        this.history = history;
        this.healing = healing.toMillis();
    }

    /**
     * Checks a finished run.
     *
     * @param healing time in which delivery must continue after the cause of a fault was removed
     */
    public static Verdict check(History history, Duration healing) {
        return new Checker(history, healing).run();
    }

    private Verdict run() {
        SentIndex index = new SentIndex(history, findings);
        Quiet quiet = new Quiet(history.faults(), healing);
        Map<String, List<Sent>> byTopic = new HashMap<>();
        Set<String> nodes = new TreeSet<>();
        for (Sent sent : history.sent()) {
            byTopic.computeIfAbsent(sent.topic(), first -> new ArrayList<>()).add(sent);
            nodes.add(sent.node());
            findings.count("sent", 1);
            findings.count("sent, " + sent.outcome().name().toLowerCase(java.util.Locale.ROOT), 1);
        }
        for (Observation observation : history.observations()) {
            new StreamCheck(observation, history.logged(), index, quiet, findings).run();
            for (String topic : new TreeSet<>(observation.topics())) {
                LossCheck loss = new LossCheck(observation, topic, index, findings);
                List<Sent> sent = byTopic.getOrDefault(topic, List.of());
                if (history.logged().contains(topic)) {
                    loss.withLog(sent);
                } else {
                    loss.withoutLog(sent, quiet);
                }
            }
            checkHealing(observation, nodes, index);
        }
        return findings.verdict();
    }

    private void checkHealing(Observation observation, Set<String> nodes, SentIndex index) {
        List<History.Fault> faults = history.faults();
        long end = history.sent().stream().mapToLong(Sent::sentAt).max().orElse(0);
        for (int i = 0; i < faults.size(); i++) {
            History.Fault fault = faults.get(i);
            long next = i + 1 < faults.size() ? faults.get(i + 1).from() : end;
            if (fault.healed() + healing > next) {
                continue; // the next fault was too early, or the end
            }
            for (String node : nodes) {
                for (boolean logged : new boolean[] {true, false}) {
                    boolean concerned = observation.topics().stream()
                            .anyMatch(topic -> history.logged().contains(topic) == logged);
                    if (concerned) {
                        checkHealing(observation, node, logged, fault, index);
                    }
                }
            }
        }
    }

    /** Looks for the first event that a node was given after a fault. */
    private void checkHealing(
            Observation observation, String node, boolean logged, History.Fault fault, SentIndex index) {
        for (Heard entry : observation.entries()) {
            if (entry instanceof Heard.Event event && event.at() > fault.healed()) {
                Sent sent = index.find(event.key());
                if (sent != null
                        && sent.sentAt() >= fault.healed()
                        && sent.node().equals(node)
                        && history.logged().contains(sent.topic()) == logged) {
                    findings.max("longest healing, ms", event.at() - fault.healed());
                    if (event.at() <= fault.healed() + healing) {
                        return;
                    }
                    break;
                }
            }
        }
        findings.add(
                Promise.HEALED,
                observation.observer() + " heard nothing new of node " + node + (logged ? " with" : " without")
                        + " a log within " + healing + " ms after " + fault);
    }
}
