package dev.sprocket.pubsub.internal.access;

import dev.sprocket.pubsub.access.AccessDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Questions of one request, all of which must be allowed.
 *
 * <p>Up to 16 decisions are asked for at once. The first denial decides.
 */
public final class DecisionBatch {
    /** Asks one of the questions. */
    @FunctionalInterface
    public interface Question {
        /** Returns the decision, which may follow later, about a part of the request. */
        AccessDecision ask(int index) throws Exception;
    }

    private final int size;
    private final Question question;
    private volatile int denied;

    /** Creates a batch of questions with the indices from 0. */
    public DecisionBatch(int size, Question question) {
        this.size = size;
        this.question = question;
    }

    /** Returns the index of the part that was denied. */
    public int denied() {
        return denied;
    }

    /** Asks all questions; the decision may follow later, and then fails if a question fails. */
    public AccessDecision ask() throws Exception {
        return ask(0);
    }

    private AccessDecision ask(int first) throws Exception {
        List<Integer> waiting = new ArrayList<>(0);
        List<CompletableFuture<AccessDecision>> decisions = new ArrayList<>(0);
        int next = first;
        for (; next < size && decisions.size() < DecisionQueue.MAX_QUESTIONS; next++) {
            AccessDecision decision = question.ask(next);
            if (decision instanceof AccessDecision.Later later) {
                waiting.add(next);
                decisions.add(later.decision().toCompletableFuture());
            } else if (!(decision instanceof AccessDecision.Allow)) {
                denied = next;
                return decision;
            }
        }
        if (decisions.isEmpty()) {
            return AccessDecision.ALLOW;
        }
        int rest = next;
        return AccessDecision.later(CompletableFuture.allOf(decisions.toArray(CompletableFuture[]::new))
                .thenCompose(all -> {
                    for (int i = 0; i < decisions.size(); i++) {
                        AccessDecision made = decisions.get(i).join();
                        if (!(made instanceof AccessDecision.Allow)) {
                            denied = waiting.get(i);
                            return CompletableFuture.completedStage(made);
                        }
                    }
                    return askRest(rest);
                }));
    }

    private CompletionStage<AccessDecision> askRest(int first) {
        try {
            AccessDecision decision = ask(first);
            return decision instanceof AccessDecision.Later later
                    ? later.decision()
                    : CompletableFuture.completedStage(decision);
        } catch (Exception failure) {
            return CompletableFuture.failedStage(failure);
        }
    }
}
