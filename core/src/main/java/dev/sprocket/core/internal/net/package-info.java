/** Addresses of endpoints, and recognition of foreign protocols. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.net;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
