package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.OverflowPolicy;
import dev.sprocket.core.spi.ConflationKey;
import dev.sprocket.core.spi.PipelineContext;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a message that somebody waits to be answered, and says why if it does not get there.
 *
 * <p>A policy for slow peers may drop it now, or later while it waits.
 *
 * <p>The reason may come at once, or later on the event loop.
 */
@ThreadSafe
final class RequestSender implements ConflationKey {
    private final PipelineContext pipeline;
    private final BooleanSupplier sending;
    private final Consumer<String> onLost;

    private RequestSender(PipelineContext segment, BooleanSupplier sending, Consumer<String> lost) {
        this.pipeline = segment;
        this.sending = sending;
        this.onLost = lost;
    }

    static void send(@Nullable PipelineContext segment, BooleanSupplier sending, Consumer<String> lost) {
        if (segment == null) {
            if (!sending.getAsBoolean()) {
                lost.accept("wamp.error.canceled");
            }
            return;
        }
        RequestSender asked = new RequestSender(segment, sending, lost);
        try {
            segment.onLoop(asked::send);
        } catch (RejectedExecutionException stopped) {
            lost.accept("wamp.error.canceled");
        }
    }

    private void send() {
        if (!pipeline.outbound().sendWithKey(this, sending)) {
            onLost.accept(pipeline.outbound().isOpen() ? "wamp.error.unavailable" : "wamp.error.canceled");
        }
    }

    @Override
    public @Nullable OverflowPolicy overflow() {
        return null;
    }

    /** The answer may go to the same connection, whose queue is being tidied up now. */
    @Override
    public void onDropped(int bytes) {
        pipeline.outbound().loop().execute(() -> onLost.accept("wamp.error.unavailable"));
    }
}
