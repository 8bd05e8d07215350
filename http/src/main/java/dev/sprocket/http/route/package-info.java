/** Dispatch of requests to components by host, path and method. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.route;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
