package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.internal.transport.ReadBudget;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.SerializationException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads batched WAMP v2 messages, within the read budget of each event loop iteration.
 *
 * <p>Confined to the thread of its session's callbacks.
 */
final class V2Batches {
    private final WireFormat wireFormat;
    private final Connection below;
    private final Consumer<String> onViolation;
    private final ArrayDeque<Batch> pending = new ArrayDeque<>(1);
    /** Number of bytes of the first batch that were read. */
    private int position;

    private @Nullable ReadBudget budget;

    /** Message of the transport, and the handler of the WAMP messages in it. */
    private record Batch(byte[] bytes, Consumer<V2Message> handler) {}

    V2Batches(WireFormat wireFormat, Connection below, Consumer<String> onViolation) {
        this.wireFormat = wireFormat;
        this.below = below;
        this.onViolation = onViolation;
    }

    void receive(byte[] bytes, Consumer<V2Message> handler) {
        pending.add(new Batch(bytes, handler));
        if (pending.size() == 1) {
            process();
        }
    }

    /** Discards the pending messages. */
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

    /** Reports whether the read budget allows another message. Off the event loop it is unlimited. */
    private boolean mayContinue() {
        ReadBudget current = budget;
        if (current == null) {
            PipelineContext pipeline = PipelineContext.find(below).orElse(null);
            if (pipeline == null || !pipeline.loop().inEventLoop()) {
                return true;
            }
            current = new ReadBudget(pipeline.inbound(), this::process);
            budget = current;
        }
        return current.allows();
    }
}
