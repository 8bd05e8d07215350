package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * Result of subscribing after a position.
 *
 * @param start position after which events follow; null on a topic without a log
 * @param top position of the newest event; null on a topic without a log
 * @param recovered number of missed events that follow
 * @param gap what may be missing; null if nothing is
 */
@Immutable
public record Subscribed(@Nullable Position start, @Nullable Position top, int recovered, @Nullable Gap gap) {}
