/** Settings of the log, and the access log. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.log;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
