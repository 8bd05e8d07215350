/** Interfaces between the request loop, its codecs and the filters. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.internal.exchange;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
