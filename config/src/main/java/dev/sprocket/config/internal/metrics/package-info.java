/** Counters of reloads. */
@NullMarked
package dev.sprocket.config.internal.metrics;

import org.jspecify.annotations.NullMarked;
