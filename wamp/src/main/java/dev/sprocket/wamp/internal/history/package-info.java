/**
 * Queries of the events that topics keep.
 *
 * <p>{@code HistoryRequest} answers {@code wamp.subscription.get_events} from the log, in order with the events.
 */
@NullMarked
package dev.sprocket.wamp.internal.history;

import org.jspecify.annotations.NullMarked;
