/** Protection of loopback addresses against DNS rebinding. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.internal.loopback;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
