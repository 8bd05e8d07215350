/** Text diagrams of stacks. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.diagram;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
