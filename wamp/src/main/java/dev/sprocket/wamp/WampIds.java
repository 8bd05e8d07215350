package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The ids of WAMP v2: integers from 1 to 2^53. */
@ThreadSafe
final class WampIds {
    static final long LARGEST = 1L << 53;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long MASK = LARGEST - 1;
    /** What makes the ids of this process its own. */
    private static final long KEY = RANDOM.nextLong() & MASK;

    private static final AtomicLong PUBLICATIONS = new AtomicLong();

    private WampIds() {}

    /** One for a publication by a client. */
    static long publication() {
        return scramble(2 * PUBLICATIONS.incrementAndGet() + 1);
    }

    /** One for a publication by the application, by the number that it has among those of its topics. */
    static long publication(long number) {
        return scramble(2 * number);
    }

    /** One of the global scope: random. */
    static long random() {
        return 1 + (RANDOM.nextLong() & MASK);
    }

    /**
     * One of the global scope for a number: the same each time, so that it need not be kept, different for different numbers
     * below 2^53, and spread as if it were random.
     */
    private static long scramble(long number) {
        long x = (number + KEY) & MASK;
        // each step can be undone, so no two numbers meet
        x ^= x >>> 27;
        x = (x * 0x9E3779B97F4A7C15L) & MASK;
        x ^= x >>> 29;
        x = (x * 0xBF58476D1CE4E5B9L) & MASK;
        x ^= x >>> 26;
        return 1 + x;
    }
}
