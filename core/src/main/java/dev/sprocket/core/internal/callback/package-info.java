/** Inspection of the callbacks that a component implements. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.callback;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
