package dev.sprocket.core.filter;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.DelegatingComponent;

/**
 * Decorator that filters connections and ignores their content when they open.
 *
 * <p>A layer that can open connections before their content is complete may do so through it, if the component inside
 * allows that.
 */
@ThreadSafe
public interface ConnectionFilter extends DelegatingComponent {}
