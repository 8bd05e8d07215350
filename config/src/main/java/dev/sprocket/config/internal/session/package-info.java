/** Configurable sessions and session services. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
