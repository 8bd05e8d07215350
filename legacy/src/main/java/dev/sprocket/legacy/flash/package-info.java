/** Policy file for pages with Flash. */
@CheckReturnValue
@NullMarked
package dev.sprocket.legacy.flash;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
