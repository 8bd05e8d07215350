package dev.sprocket.wamp.internal.id;

import com.google.errorprone.annotations.ThreadSafe;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Generates the ids of WAMP v2: integers from 1 to 2^53. */
@ThreadSafe
public final class WampIds {
    public static final long LARGEST = 1L << 53;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long MASK = LARGEST - 1;
    /** Random key that makes the ids of this process unique. */
    private static final long KEY = RANDOM.nextLong() & MASK;

    private static final AtomicLong PUBLICATIONS = new AtomicLong();

    private WampIds() {}

    /** Returns an id for a publication of a client. */
    public static long publication() {
        return scramble(2 * PUBLICATIONS.incrementAndGet() + 1);
    }

    /** Returns an id for a publication of the application, by its publication number. */
    public static long publication(long number) {
        return scramble(2 * number);
    }

    /** Returns a random id of the global scope. */
    public static long random() {
        return 1 + (RANDOM.nextLong() & MASK);
    }

    /**
     * Maps a number to an id of the global scope.
     *
     * <p>The same number always has the same id, so that it need not be stored. Numbers below 2^53 have different
     * ids, distributed as if they were random.
     */
    private static long scramble(long number) {
        long x = (number + KEY) & MASK;
        // each step is invertible, so different numbers have different results
        x ^= x >>> 27;
        x = (x * 0x9E3779B97F4A7C15L) & MASK;
        x ^= x >>> 29;
        x = (x * 0xBF58476D1CE4E5B9L) & MASK;
        x ^= x >>> 26;
        return 1 + x;
    }
}
