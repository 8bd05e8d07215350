/**
 * Delivery queues of event loops, buffers for many recipients, and small maps.
 *
 * <p>A {@code LoopDeliveryQueue} collects the events for one event loop; an {@code EventBatch} delivers them together.
 */
@NullMarked
package dev.sprocket.pubsub.internal.delivery;

import org.jspecify.annotations.NullMarked;
