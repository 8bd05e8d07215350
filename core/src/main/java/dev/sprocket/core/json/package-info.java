/** JSON messages as Java objects. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.json;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
