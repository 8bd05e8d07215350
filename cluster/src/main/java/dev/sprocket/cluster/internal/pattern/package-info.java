/** Patterns of subscriptions across nodes. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.pattern;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
