/**
 * Bridge for backends that write to a TCP socket.
 *
 * <p>Where to start: {@link dev.sprocket.bridge.tcp.TcpBridge}. Internally, it consists of the decorators {@code
 * SecretLineFilter}, {@code IdleTimeout} and {@code PushBackpressure}.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.bridge.tcp;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
