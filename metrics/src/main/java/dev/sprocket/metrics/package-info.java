/** Metrics of a server for Micrometer. */
@CheckReturnValue
@NullMarked
package dev.sprocket.metrics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
