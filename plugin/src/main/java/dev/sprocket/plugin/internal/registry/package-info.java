/** Discovery of plugins, registered factories and cached services. */
@CheckReturnValue
@NullMarked
package dev.sprocket.plugin.internal.registry;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
