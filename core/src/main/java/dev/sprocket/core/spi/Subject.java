package dev.sprocket.core.spi;

import dev.sprocket.core.Overflow;
import org.jspecify.annotations.Nullable;

/**
 * What a message is about, as far as a peer is concerned that reads too slowly: under {@link Overflow#CONFLATE} a message
 * becomes worthless when a later one about an equal subject is offered.
 *
 * <p>Threads: any.
 */
public interface Subject {
    /** What happens to its messages instead of what the connection says; null for that. */
    @Nullable
    Overflow overflow();

    /** A message about it of so many bytes was dropped. */
    void lost(int bytes);
}
