package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.OverflowPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a message is about, as far as a peer is concerned that reads too slowly: under {@link OverflowPolicy#CONFLATE} a message
 * becomes worthless when a later one about an equal subject is offered.
 */
@ThreadSafe
public interface ConflationKey {
    /** What happens to its messages instead of what the connection says; null for that. */
    @Nullable
    OverflowPolicy overflow();

    /** A message about it of so many bytes was dropped. */
    void onDropped(int bytes);
}
