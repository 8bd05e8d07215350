/**
 * HTTP, WebSocket and WAMP servers in one expression.
 *
 * <p>{@link dev.sprocket.app.App} wraps an application in the required layers.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.app;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
