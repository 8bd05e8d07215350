/** Decorators that admit, limit and log connections. */
@NullMarked
package dev.sprocket.core.filter;

import org.jspecify.annotations.NullMarked;
