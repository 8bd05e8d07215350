/** Reflection into the modules of applications. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.reflect;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
