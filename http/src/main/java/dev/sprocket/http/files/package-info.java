/** Static files from disk and class path. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.files;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
