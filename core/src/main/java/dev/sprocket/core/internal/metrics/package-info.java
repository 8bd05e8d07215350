/** Counters of the layers, without a registry. */
@NullMarked
package dev.sprocket.core.internal.metrics;

import org.jspecify.annotations.NullMarked;
