/** Session formats in JSON. */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.json;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
