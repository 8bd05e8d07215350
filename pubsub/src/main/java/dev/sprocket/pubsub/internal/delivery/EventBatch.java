package dev.sprocket.pubsub.internal.delivery;

/**
 * Events that a delivery queue delivers together. Confined to its delivery queue.
 *
 * @param <E> type of the events
 */
public interface EventBatch<E> {
    /** Reports whether there is nothing to deliver. */
    boolean isEmpty();

    /** Adds an event and takes over one reference to it. Returns false if the batch is full. */
    boolean add(E event);

    /**
     * Delivers all events and clears the batch.
     *
     * @param last true if the delivery queue has nothing more to deliver in this iteration
     */
    void deliver(boolean last);
}
