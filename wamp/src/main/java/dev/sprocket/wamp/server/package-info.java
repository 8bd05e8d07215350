/** Servers of WAMP v1 and v2, and their realms. */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp.server;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
