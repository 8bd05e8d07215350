/** Decorators that admit, limit and log connections. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.filter;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
