package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A session as it was read, to be written if nobody was faster: how a store without locks does {@link
 * WritableStore#update}.
 */
@ThreadSafe
public interface CompareAndSet {
    /** How often one update asks for its change before it gives up. */
    int MAX_ATTEMPTS = 100;

    /** What became of it. */
    enum Outcome {
        /** It is written. */
        SET,
        /** Somebody else has changed it meanwhile. */
        CHANGED,
        /** Somebody else has deleted it meanwhile, or it has expired. */
        GONE
    }

    /** As it was read. */
    byte[] stored();

    /** Writes it, if it is still so. */
    CompletionStage<Outcome> set(byte[] changed);

    /** Reads and writes until nobody was faster. */
    static CompletionStage<Boolean> update(
            Supplier<CompletionStage<Optional<CompareAndSet>>> load, WritableStore.Change change) {
        return update(load, change, MAX_ATTEMPTS);
    }

    private static CompletionStage<Boolean> update(
            Supplier<CompletionStage<Optional<CompareAndSet>>> load, WritableStore.Change change, int attempts) {
        return load.get().thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedStage(false);
            }
            byte[] changed;
            try {
                changed = change.apply(found.get().stored());
            } catch (SessionFormatException e) {
                return CompletableFuture.failedStage(e);
            }
            return found.get().set(changed).thenCompose(outcome -> {
                if (outcome != Outcome.CHANGED) {
                    return CompletableFuture.completedStage(outcome == Outcome.SET);
                }
                return attempts > 1
                        ? update(load, change, attempts - 1)
                        : CompletableFuture.failedStage(new IllegalStateException(
                                "a session that others changed " + MAX_ATTEMPTS + " times meanwhile"));
            });
        });
    }
}
