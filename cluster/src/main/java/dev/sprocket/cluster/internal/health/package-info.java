/** Readiness of a node. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.health;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
