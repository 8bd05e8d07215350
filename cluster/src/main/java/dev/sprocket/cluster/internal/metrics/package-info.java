/** Counters of nodes and their engine. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.metrics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
