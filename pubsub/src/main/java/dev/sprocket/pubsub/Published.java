package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * Result of publishing an event.
 *
 * @param position position of the event; null on a topic without a log
 * @param subscribers number of subscribers on this server, before the audience is applied
 */
@Immutable
public record Published(@Nullable Position position, int subscribers) {}
