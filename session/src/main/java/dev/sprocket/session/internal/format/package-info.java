/** Detection of session formats for error messages. */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.internal.format;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
