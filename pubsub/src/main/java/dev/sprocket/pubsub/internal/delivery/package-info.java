/**
 * Delivery queues of event loops, and buffers for many recipients.
 *
 * <p>A {@code LoopDeliveryQueue} collects the events for one event loop; an {@code EventBatch} delivers them together.
 */
@NullMarked
package dev.sprocket.pubsub.internal.delivery;

import org.jspecify.annotations.NullMarked;
