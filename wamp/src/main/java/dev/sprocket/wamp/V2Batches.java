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
    private final WireFormat wire;
    private final Connection below;
    private final Consumer<String> violated;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>(1);
    /** How much of the first was read. */
    private int at;

    private @Nullable ReadBudget budget;

    /** One message of the transport, and what is done with the messages in it. */
    private record Batch(byte[] bytes, Consumer<V2Message> handler) {}

    V2Batches(WireFormat wire, Connection below, Consumer<String> violated) {
        this.wire = wire;
        this.below = below;
        this.violated = violated;
    }

    void receive(byte[] bytes, Consumer<V2Message> handler) {
        waiting.add(new Batch(bytes, handler));
        if (waiting.size() == 1) {
            goOn();
        }
    }

    /** Nothing of what waits is handled. */
    void forget() {
        if (budget != null && budget.isHolding()) {
            int messages = 0;
            int from = at;
            for (Batch batch : waiting) {
                messages += wire.count(batch.bytes, from);
                from = 0;
            }
            ReadBudget.dropped(below, messages);
        }
        waiting.clear();
    }

    private void goOn() {
        try {
            for (Batch batch = waiting.peek(); batch != null; batch = waiting.peek()) {
                at = wire.read(batch.bytes, at, this::takesMore, batch.handler);
                if (at < batch.bytes.length) {
                    return;
                }
                at = 0;
                waiting.poll();
            }
        } catch (WampProtocolException | SerializationException e) {
            waiting.clear();
            violated.accept(String.valueOf(e.getMessage()));
        }
    }

    /** Off the event loop, as on an executor of the application's, others are not held up. */
    private boolean takesMore() {
        ReadBudget known = budget;
        if (known == null) {
            PipelineContext segment = PipelineContext.find(below).orElse(null);
            if (segment == null || !segment.outbound().loop().inEventLoop()) {
                return true;
            }
            known = new ReadBudget(segment.outbound(), this::goOn);
            budget = known;
        }
        return known.allows();
    }
}
