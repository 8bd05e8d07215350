package dev.sprocket.cluster.internal.directory;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.frame.FrameException;
import dev.sprocket.cluster.internal.frame.FrameReader;
import dev.sprocket.cluster.internal.frame.FrameType;
import dev.sprocket.cluster.internal.frame.FrameWriter;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Questions to all other nodes, whose answers are collected for a limited time.
 *
 * <p>State is confined to the executor of the node.
 */
@ThreadSafe
public final class Surveys implements DirectoryListener {
    /** Maximum number of surveys at a time; later ones are answered by nobody. */
    static final int MAX_OPEN = 256;

    /** Answers the questions of a kind; called by the executor of the node. */
    @FunctionalInterface
    public interface Respondent {
        /**
         * Answers a question.
         *
         * @param answer receives the answer
         * @throws FrameException if the question is malformed
         */
        void answer(FrameReader question, FrameWriter answer) throws FrameException;
    }

    /**
     * Answers to a question.
     *
     * @param bodies answers of other nodes
     * @param nodes number of other nodes when it was asked
     */
    public record Answers(List<FrameReader> bodies, int nodes) {}

    /** Question without all answers. */
    private static final class Open {
        final CompletableFuture<Answers> result = new CompletableFuture<>();
        final List<FrameReader> bodies = new ArrayList<>();
        final Set<NodeId> missing;
        final int nodes;

        Open(Set<NodeId> asked) {
            this.missing = new HashSet<>(asked);
            this.nodes = asked.size();
        }

        void end() {
            result.complete(new Answers(bodies, nodes));
        }
    }

    private final Engine engine;
    private final Frames frames;
    private final NodeDirectory directory;
    private final Executor executor;
    private final Executor later;
    private final Map<String, Respondent> respondents = new ConcurrentHashMap<>();
    private final Map<Long, Open> open = new HashMap<>();
    private long lastId;

    /**
     * Creates surveys, and handles their frames.
     *
     * @param executor executor of the node
     * @param later runs a task when the time limit of a survey is over
     */
    public Surveys(Engine engine, Frames frames, NodeDirectory directory, Executor executor, Executor later) {
        this.engine = engine;
        this.frames = frames;
        this.directory = directory;
        this.executor = executor;
        this.later = later;
        frames.handle(FrameType.SURVEY, this::onSurvey);
        frames.handle(FrameType.ANSWER, this::onAnswer);
        directory.listen(this);
    }

    /** Answers the questions of a kind. */
    public void answer(String kind, Respondent respondent) {
        respondents.put(kind, respondent);
    }

    /**
     * Asks all other nodes.
     *
     * @param kind kind of the question, at most 255 bytes
     * @param question writes the question
     * @return completes with the answers that come in time; never fails
     */
    public CompletionStage<Answers> ask(String kind, Consumer<FrameWriter> question) {
        Open asked = new Open(directory.others().keySet());
        if (asked.missing.isEmpty() || engine.state() != Engine.State.UP) {
            asked.end();
            return asked.result;
        }
        execute(
                () -> {
                    if (open.size() >= MAX_OPEN) {
                        asked.end();
                        return;
                    }
                    long id = ++lastId;
                    open.put(id, asked);
                    FrameWriter frame = frames.begin(FrameType.SURVEY).int64(id).text8(kind);
                    question.accept(frame);
                    engine.sendAll(frame.toBytes()).whenComplete((sent, failure) -> {
                        if (failure != null) {
                            execute(() -> end(id));
                        }
                    });
                    later.execute(() -> execute(() -> end(id)));
                },
                asked);
        return asked.result;
    }

    private void execute(Runnable task, Open asked) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) { // the node is closed
            asked.end();
        }
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) { // the node is closed
            open.values().forEach(Open::end);
        }
    }

    private void end(long id) {
        Open asked = open.remove(id);
        if (asked != null) {
            asked.end();
        }
    }

    private void onSurvey(NodeId sender, FrameReader body) throws FrameException {
        if (sender.equals(frames.self())) {
            return;
        }
        FrameWriter answer = frames.begin(FrameType.ANSWER).int64(body.int64());
        Respondent respondent = respondents.get(body.text8());
        if (respondent != null) { // a kind of a later version is not answered
            respondent.answer(body, answer);
            var unused = engine.send(sender.name(), answer.toBytes());
        }
    }

    private void onAnswer(NodeId sender, FrameReader body) throws FrameException {
        long id = body.int64();
        Open asked = open.get(id);
        if (asked != null && asked.missing.remove(sender)) {
            asked.bodies.add(body);
            if (asked.missing.isEmpty()) {
                end(id);
            }
        }
    }

    @Override
    public void onNodeGone(NodeId node, List<Entry> entries) {
        for (Map.Entry<Long, Open> entry : List.copyOf(open.entrySet())) {
            if (entry.getValue().missing.remove(node)
                    && entry.getValue().missing.isEmpty()) {
                end(entry.getKey());
            }
        }
    }
}
