/** Limits of buffered data, and counters of dropped messages. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.flow;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
