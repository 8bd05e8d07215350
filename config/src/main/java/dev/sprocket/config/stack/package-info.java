/** Stacks in Java with instances from Guice. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.stack;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
