package dev.sprocket.core.spi;

import dev.sprocket.core.Component;
import dev.sprocket.core.Forwarding;

/**
 * A component that stands for another one, such as one that can be replaced. {@link Forwarding#find} looks through it.
 *
 * <p>Threads: any.
 */
public interface Delegating {
    /** The component that serves now. */
    Component<?> delegate();
}
