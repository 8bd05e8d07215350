/** Configurable WAMP, realms, users and access rules. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.wamp;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
