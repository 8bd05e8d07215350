/** Periodic tasks of event loops. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.timer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
