/** Configured listeners and the stacks behind them. */
@NullMarked
package dev.sprocket.config.internal.listener;

import org.jspecify.annotations.NullMarked;
