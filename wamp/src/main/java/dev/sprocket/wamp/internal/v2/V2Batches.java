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
    /** Batch that is read; null while nothing is pending. */
    private @Nullable Batch current;
    /** Batches after the current one; null if there never were any. */
    private @Nullable ArrayDeque<Batch> following;
    /** Number of bytes of the current batch that were read. */
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
        Batch batch = new Batch(bytes, handler);
        if (current == null) {
            current = batch;
            process();
        } else {
            if (following == null) {
                following = new ArrayDeque<>(1);
            }
            following.add(batch);
        }
    }

    /** Discards the pending messages. */
    void discard() {
        if (budget != null && budget.isPaused()) {
            int messages = 0;
            int from = position;
            for (Batch batch = current; batch != null; batch = next()) {
                messages += wireFormat.count(batch.bytes, from);
                from = 0;
            }
            ReadBudget.logDropped(below, messages);
        }
        clear();
    }

    private void clear() {
        current = null;
        following = null;
    }

    private @Nullable Batch next() {
        current = following == null ? null : following.poll();
        return current;
    }

    private void process() {
        try {
            Batch batch = current;
            while (batch != null) {
                position = wireFormat.read(batch.bytes, position, this::mayContinue, batch.handler);
                if (position < batch.bytes.length) {
                    return;
                }
                position = 0;
                batch = next();
            }
        } catch (WampProtocolException | SerializationException e) {
            clear();
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
