package dev.sprocket.wamp.internal.v2;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.transport.ConflationKey;
import dev.sprocket.core.internal.transport.PipelineContext;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a message that expects an answer, and reports the reason if it is dropped.
 *
 * <p>An overflow policy for slow readers may drop it immediately, or later while it is pending. The reason is
 * reported immediately, or later on the event loop.
 */
@ThreadSafe
final class RequestSender implements ConflationKey {
    private final PipelineContext pipeline;
    private final BooleanSupplier sending;
    private final Consumer<String> onLost;

    private RequestSender(PipelineContext pipeline, BooleanSupplier sending, Consumer<String> onLost) {
        this.pipeline = pipeline;
        this.sending = sending;
        this.onLost = onLost;
    }

    static void send(@Nullable PipelineContext pipeline, BooleanSupplier sending, Consumer<String> onLost) {
        if (pipeline == null) {
            if (!sending.getAsBoolean()) {
                onLost.accept("wamp.error.canceled");
            }
            return;
        }
        RequestSender request = new RequestSender(pipeline, sending, onLost);
        try {
            pipeline.onLoop(request::send);
        } catch (RejectedExecutionException stopped) {
            onLost.accept("wamp.error.canceled");
        }
    }

    private void send() {
        if (!pipeline.outbound().sendWithKey(this, sending)) {
            onLost.accept(pipeline.outbound().isOpen() ? "wamp.error.unavailable" : "wamp.error.canceled");
        }
    }

    @Override
    public OutboundLimit.@Nullable Overflow overflow() {
        return null;
    }

    /** Reports the loss later, because the report may send to the connection being purged. */
    @Override
    public void onDropped(int bytes) {
        pipeline.loop().execute(() -> onLost.accept("wamp.error.unavailable"));
    }
}
