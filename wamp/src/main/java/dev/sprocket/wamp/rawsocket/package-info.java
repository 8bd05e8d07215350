/** RawSocket, the transport of WAMP v2 without HTTP. */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp.rawsocket;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
