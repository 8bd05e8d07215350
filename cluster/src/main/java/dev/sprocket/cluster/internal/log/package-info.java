/** Envelopes kept of a topic. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.log;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
