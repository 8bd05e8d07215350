package dev.sprocket.faultlab.history;

import com.google.errorprone.annotations.Immutable;

/**
 * Identity of an event: its publisher, and the number that the publisher gave it.
 *
 * @param publisher one connection of a publisher; a publisher that reconnects is another one
 * @param number from 1, increasing over all topics
 */
@Immutable
public record EventKey(String publisher, long number) {
    @Override
    public String toString() {
        return publisher + "#" + number;
    }
}
