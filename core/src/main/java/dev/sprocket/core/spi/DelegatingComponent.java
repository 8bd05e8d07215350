package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.ForwardingComponent;

/**
 * A component that stands for another one, such as one that can be replaced. {@link ForwardingComponent#find} looks through it.
 */
@ThreadSafe
public interface DelegatingComponent {
    /** The component that serves now. */
    Component<?> delegate();
}
