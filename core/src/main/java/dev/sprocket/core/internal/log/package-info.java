/** Logger with limits for events that peers repeat. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.log;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
