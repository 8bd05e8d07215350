package dev.sprocket.pubsub;

import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.Outbound;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/** A connection; events reach it below its framing, as bytes that it shares with others. */
final class ConnectionSubscriber extends Subscriber {
    private final Connection conn;
    private final PipelineContext context;
    private final EventFormat format;
    /** The parts of the batch at hand that it is to get. The lane's. */
    long selectedParts;
    /** How often it had left a topic when the first of them was chosen. The lane's. */
    private int countAtSelection;
    /** How often it has left a topic. */
    private volatile int unsubscribeCount;

    ConnectionSubscriber(String id, Connection conn, EventFormat format) {
        super(id, PipelineContext.of(conn).outbound().loop());
        this.conn = conn;
        this.context = PipelineContext.of(conn);
        this.format = format;
    }

    EventEncoding encoding() {
        return new EventEncoding(format, context.encoder());
    }

    boolean sharesBytesWith(EventEncoding encoding) {
        return encoding.format() == format && encoding.encoder() == context.encoder();
    }

    @Override
    public Optional<Connection> connection() {
        return Optional.of(conn);
    }

    @Override
    void select(DeliveryBatch batch, int part) {
        if (selectedParts == 0) {
            countAtSelection = unsubscribeCount;
            batch.add(this);
        }
        selectedParts |= 1L << part;
    }

    /** Hands it what it is to get of a batch. */
    void deliver(DeliveryBatch batch) {
        long parts = countAtSelection == unsubscribeCount ? selectedParts : selectedParts & stillSubscribed(batch);
        if (parts == 0) {
            return;
        }
        EncodedRun all = batch.join(parts);
        if (all != null) {
            deliver(all);
            return;
        }
        for (long rest = parts; rest != 0; rest &= rest - 1) {
            deliver(batch.single(Long.numberOfTrailingZeros(rest)));
        }
    }

    /** It has left a topic since it was to get something: of which parts that is not so. */
    private long stillSubscribed(DeliveryBatch batch) {
        long remaining = 0;
        for (long rest = selectedParts; rest != 0; rest &= rest - 1) {
            int part = Long.numberOfTrailingZeros(rest);
            if (subscriptions().isMember(batch.part(part).get(0).topic)) {
                remaining |= 1L << part;
            }
        }
        return remaining;
    }

    @Override
    synchronized void onUnsubscribe() {
        unsubscribeCount++;
    }

    @Override
    void deliver(EncodedRun run) {
        if (!context.hasExplicitClose() && !conn.isOpen()) {
            return;
        }
        ByteBuf bytes = run.bytes(this);
        if (!bytes.isReadable()) {
            return;
        }
        if (!run.isLast) {
            offer(run, bytes);
            return;
        }
        Outbound out = context.outbound();
        out.cork();
        try {
            offer(run, bytes);
        } finally {
            out.uncork();
        }
    }

    private void offer(EncodedRun run, ByteBuf bytes) {
        List<InFlightEvent> publications = run.events;
        if (publications.size() == 1 || context.outbound().fits(bytes.readableBytes())) {
            context.offer(bytes.retainedDuplicate(), publications.get(0).topic.overflow());
        } else {
            // what is dropped is dropped and counted one by one
            EventEncoding encoding = encoding();
            for (int i = 0; i < publications.size(); i++) {
                InFlightEvent one = publications.get(i);
                ByteBuf alone = one.bytes(encoding);
                if (alone.isReadable()) {
                    context.offer(alone.retainedDuplicate(), one.topic.overflow());
                }
            }
        }
    }
}
