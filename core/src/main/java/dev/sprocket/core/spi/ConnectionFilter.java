package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Decorator that filters connections and ignores their content when they open.
 *
 * <p>A layer that can open connections before their content is complete may do so through it, if the component inside
 * allows that.
 */
@ThreadSafe
public interface ConnectionFilter extends DelegatingComponent {}
