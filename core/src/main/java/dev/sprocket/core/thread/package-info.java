/** Decorators that run callbacks on other threads. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.thread;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
