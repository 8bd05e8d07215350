package dev.sprocket.pubsub;

import dev.sprocket.core.spi.PeerLog;
import java.util.concurrent.Executor;

/** A function of the application. */
final class FunctionSubscriber extends Subscriber {
    private static final PeerLog LOG = PeerLog.of(Subscriber.class);

    private final Listener listener;

    FunctionSubscriber(String id, Executor executor, Listener listener) {
        super(id, executor);
        this.listener = listener;
    }

    @Override
    void select(DeliveryBatch batch, int part) {
        deliver(batch.single(part));
    }

    @Override
    void deliver(EncodedRun run) {
        for (InFlightEvent publication : run.events) {
            PublishedEvent published = publication.published;
            try {
                listener.onEvent(published.topic(), published.event());
            } catch (Throwable e) { // as with components: whatever it is, the other subscribers are not to blame
                LOG.warn(id(), "subscriber {} of {} failed", id(), published.topic(), e);
            }
        }
    }
}
