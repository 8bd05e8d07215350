package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Component that delegates to another one, which may be replaced. {@link ForwardingComponent#find} looks through it.
 */
@ThreadSafe
public interface DelegatingComponent {
    /** Returns the current delegate. */
    Component<?> delegate();
}
