/** Engine in memory, for several nodes in one process. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.memory;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
