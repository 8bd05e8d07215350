/** Codec of HTTP/2 streams. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.internal.h2;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
