/** Session formats and session files of PHP. */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.php;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
