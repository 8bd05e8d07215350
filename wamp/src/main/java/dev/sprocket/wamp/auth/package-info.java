/** Authentication of WAMP clients. */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
