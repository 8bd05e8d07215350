/** Protection from pages of other origins, and CORS. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.origin;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
