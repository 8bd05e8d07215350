package dev.sprocket.wamp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.ReadBudget;
import dev.sprocket.wamp.spi.SerializationException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of WAMP v2 that came as one message of the transport, as many as fit into a turn of the event loop.
 *
 * <p>Threads: as its session.
 */
final class V2Batches {
    private final WireFormat wireFormat;
    private final Connection below;
    private final Consumer<String> onViolation;
    private final ArrayDeque<Batch> pending = new ArrayDeque<>(1);
    /** How much of the first was read. */
    private int position;

    private @Nullable ReadBudget budget;

    /** One message of the transport, and what is done with the messages in it. */
    private record Batch(byte[] bytes, Consumer<V2Message> handler) {}

    V2Batches(WireFormat wire, Connection below, Consumer<String> violated) {
        this.wireFormat = wire;
        this.below = below;
        this.onViolation = violated;
    }

    void receive(byte[] bytes, Consumer<V2Message> handler) {
        pending.add(new Batch(bytes, handler));
        if (pending.size() == 1) {
            process();
        }
    }

    /** Nothing of what waits is handled. */
    void discard() {
        if (budget != null && budget.isPaused()) {
            int messages = 0;
            int from = position;
            for (Batch batch : pending) {
                messages += wireFormat.count(batch.bytes, from);
                from = 0;
            }
            ReadBudget.logDropped(below, messages);
        }
        pending.clear();
    }

    private void process() {
        try {
            for (Batch batch = pending.peek(); batch != null; batch = pending.peek()) {
                position = wireFormat.read(batch.bytes, position, this::mayContinue, batch.handler);
                if (position < batch.bytes.length) {
                    return;
                }
                position = 0;
                pending.poll();
            }
        } catch (WampProtocolException | SerializationException e) {
            pending.clear();
            onViolation.accept(String.valueOf(e.getMessage()));
        }
    }

    /** Off the event loop, as on an executor of the application's, others are not held up. */
    private boolean mayContinue() {
        ReadBudget known = budget;
        if (known == null) {
            PipelineContext segment = PipelineContext.find(below).orElse(null);
            if (segment == null || !segment.outbound().loop().inEventLoop()) {
                return true;
            }
            known = new ReadBudget(segment.outbound(), this::process);
            budget = known;
        }
        return known.allows();
    }
}
