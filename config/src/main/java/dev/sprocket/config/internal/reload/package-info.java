/** Replacement of a running stack without closing its connections. */
@NullMarked
package dev.sprocket.config.internal.reload;

import org.jspecify.annotations.NullMarked;
