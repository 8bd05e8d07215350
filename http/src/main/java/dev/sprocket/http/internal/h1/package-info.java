/** Codec of HTTP/1.1 messages. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.internal.h1;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
