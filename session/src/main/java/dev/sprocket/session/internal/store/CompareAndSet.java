package dev.sprocket.session.internal.store;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Session as it was read, written only if it is still unchanged.
 *
 * <p>Stores without locks implement {@link SessionStore.Writable#update} with it.
 */
@ThreadSafe
public interface CompareAndSet {
    /** Maximum number of attempts of one update: 100. */
    int MAX_ATTEMPTS = 100;

    /** Result of an attempt to write. */
    enum Outcome {
        /** Written. */
        SET,
        /** The session was changed in the meantime. */
        CHANGED,
        /** The session was deleted or has expired in the meantime. */
        GONE
    }

    /** Returns the session as it was read. */
    byte[] stored();

    /** Writes the changed session if the stored one is unchanged. */
    CompletionStage<Outcome> set(byte[] changed);

    /**
     * Repeats reading, changing and writing until no other change interferes.
     *
     * <p>Gives up after {@link #MAX_ATTEMPTS} attempts.
     */
    static CompletionStage<Boolean> update(
            Supplier<CompletionStage<Optional<CompareAndSet>>> load, SessionStore.Change change) {
        return update(load, change, MAX_ATTEMPTS);
    }

    private static CompletionStage<Boolean> update(
            Supplier<CompletionStage<Optional<CompareAndSet>>> load, SessionStore.Change change, int attempts) {
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
                                "session changed concurrently " + MAX_ATTEMPTS + " times (expected: fewer writers)"));
            });
        });
    }
}
