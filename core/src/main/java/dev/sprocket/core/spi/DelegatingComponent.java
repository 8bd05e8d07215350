package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.ForwardingComponent;

/**
 * Component that delegates to another one, which may be replaced. {@link ForwardingComponent#find} looks through it.
 */
@ThreadSafe
public interface DelegatingComponent {
    /** Returns the current delegate. */
    Component<?> delegate();
}
