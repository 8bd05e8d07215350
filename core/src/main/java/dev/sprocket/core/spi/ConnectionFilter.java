package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * A decorator that looks at connections alone, never at what they carry when they open.
 *
 * <p>A layer that can open connections before their content is whole may do so through it, if the component inside allows it.
 */
@ThreadSafe
public interface ConnectionFilter extends DelegatingComponent {}
