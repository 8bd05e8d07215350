/** Configured listeners and the stacks behind them. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.listener;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
