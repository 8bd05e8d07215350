/** Protocol of text lines. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.text;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
