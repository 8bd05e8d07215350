/** Protocols of delimited texts. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.framing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
