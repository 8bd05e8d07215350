/** RawSocket, the transport of WAMP v2 without HTTP. */
@NullMarked
package dev.sprocket.wamp.rawsocket;

import org.jspecify.annotations.NullMarked;
