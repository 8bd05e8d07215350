/**
 * Sessions of an existing site: components know the user that is logged in there.
 *
 * <p>Start with {@link dev.sprocket.session.SessionProvider}, the layer between HTTP and WebSocket, and {@link
 * dev.sprocket.session.Session}, the attribute that it sets on a connection. Stores and formats are implementations
 * of the interfaces in {@code spi}.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
