/** Authentication of a connection: its user, the end, and renewal. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.auth;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
