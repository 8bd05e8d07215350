/** Path patterns, route tree and host map of the router. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.internal.route;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
