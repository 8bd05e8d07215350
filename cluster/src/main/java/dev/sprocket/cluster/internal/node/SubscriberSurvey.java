package dev.sprocket.cluster.internal.node;

import dev.sprocket.cluster.internal.directory.Surveys;
import dev.sprocket.cluster.internal.frame.FrameException;
import dev.sprocket.cluster.internal.frame.FrameReader;
import dev.sprocket.cluster.internal.frame.FrameWriter;
import dev.sprocket.pubsub.EventLog.Subscribers;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Survey of the subscribers of topics; see {@code docs/frames.md}. */
final class SubscriberSurvey {
    static final String KIND = "subscribers";
    private static final int EXACT = 0;
    private static final int PREFIX = 1;
    /** Largest answer of a node, in bytes. */
    private static final int MAX_BYTES = 1 << 20;

    /** Counts on this node. */
    interface Counter {
        Map<String, Integer> count(MatchPolicy match, String topic, int max);
    }

    private final Surveys surveys;
    private final Counter counter;

    SubscriberSurvey(Surveys surveys, Counter counter) {
        this.surveys = surveys;
        this.counter = counter;
        surveys.answer(KIND, this::answer);
    }

    CompletionStage<Subscribers> ask(MatchPolicy match, String topic, int max) {
        return surveys.ask(KIND, out -> out.int8(match == MatchPolicy.EXACT ? EXACT : PREFIX)
                        .int32(max)
                        .text16(topic))
                .thenApply(SubscriberSurvey::sum);
    }

    private static Subscribers sum(Surveys.Answers answers) {
        Map<String, Integer> sums = new HashMap<>();
        int answered = 0;
        for (FrameReader answer : answers.bodies()) {
            answered += add(answer, sums) ? 1 : 0;
        }
        return new Subscribers(sums, answers.nodes(), answered);
    }

    /** Adds an answer. Returns false if it is not readable, of a node of another version. */
    private static boolean add(FrameReader answer, Map<String, Integer> sums) {
        try {
            read(answer).forEach((topic, count) -> sums.merge(topic, count, Integer::sum));
            return true;
        } catch (FrameException e) {
            return false;
        }
    }

    private static Map<String, Integer> read(FrameReader in) throws FrameException {
        Map<String, Integer> counts = new HashMap<>();
        while (in.remaining() > 0) {
            counts.put(in.text16(), in.int32());
        }
        return counts;
    }

    private void answer(FrameReader question, FrameWriter out) throws FrameException {
        MatchPolicy match = question.int8() == EXACT ? MatchPolicy.EXACT : MatchPolicy.PREFIX;
        int max = question.int32();
        for (Map.Entry<String, Integer> entry :
                counter.count(match, question.text16(), Math.max(0, max)).entrySet()) {
            if (out.size() < MAX_BYTES) {
                out.text16(entry.getKey()).int32(entry.getValue());
            }
        }
    }
}
