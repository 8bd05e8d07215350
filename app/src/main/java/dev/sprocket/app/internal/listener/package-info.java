/** Configured listeners and the stacks behind them. */
@NullMarked
package dev.sprocket.app.internal.listener;

import org.jspecify.annotations.NullMarked;
