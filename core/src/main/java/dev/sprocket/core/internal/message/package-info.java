/** Access of layers to messages that they lend to components. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.message;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
