package dev.sprocket.pubsub;

import dev.sprocket.core.internal.log.PeerLog;
import java.util.List;
import java.util.concurrent.Executor;

/** Subscriber that calls a function of the application. */
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
        deliverEach(run.events);
    }

    @Override
    void deliverEach(List<InFlightEvent> events) {
        for (InFlightEvent event : events) {
            PublishedEvent published = event.published;
            try {
                listener.onPublished(published);
            } catch (Throwable e) { // must not affect other subscribers
                LOG.withTraces()
                        .warn(
                                id(),
                                "subscriber failed, event not processed: id={} topic={}",
                                id(),
                                published.topic(),
                                e);
            }
        }
    }

    @Override
    int deliverWhileWritable(EncodedRun run) {
        deliver(run);
        return run.events.size();
    }

    @Override
    Object outlet() {
        return this;
    }

    @Override
    boolean isWritable() {
        return true;
    }

    @Override
    void whenWritable(Runnable task) {
        executor().execute(task);
    }

    @Override
    boolean notice(Notice notice) {
        try {
            listener.onNotice(notice);
        } catch (Throwable e) { // must not affect other subscribers
            LOG.withTraces().warn(id(), "subscriber failed, notice not processed: id={} notice={}", id(), notice, e);
        }
        return true;
    }
}
