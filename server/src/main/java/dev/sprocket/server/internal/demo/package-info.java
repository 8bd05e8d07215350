/** Demo application of the stand-alone server. */
@CheckReturnValue
@NullMarked
package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
