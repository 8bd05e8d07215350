/** Configurable layers and components of core and HTTP. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.layer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
