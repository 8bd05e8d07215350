/** Replacement of a running stack without closing its connections. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.reload;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
