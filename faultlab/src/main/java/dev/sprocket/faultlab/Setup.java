package dev.sprocket.faultlab;

import com.google.errorprone.annotations.Immutable;

/**
 * Kind of Redis, and of the connections to it.
 *
 * @param appendOnly true to write each change to a file
 * @param sentinel true for a replica and a Sentinel
 * @param disturbed true if connections to Redis will be delayed
 */
@Immutable
record Setup(boolean appendOnly, boolean sentinel, boolean disturbed) {
    static final Setup PLAIN = new Setup(false, false, false);
    static final Setup APPEND_ONLY = new Setup(true, false, false);
    static final Setup SENTINEL = new Setup(false, true, false);
    static final Setup DISTURBED = new Setup(false, false, true);
}
