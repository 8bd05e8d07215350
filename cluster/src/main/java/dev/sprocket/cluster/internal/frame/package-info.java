/** Frames between nodes, and their handlers. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.frame;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
