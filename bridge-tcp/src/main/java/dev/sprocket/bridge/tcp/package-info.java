/**
 * The bridge for backends that can write to a socket.
 *
 * <p>Where to start reading: {@link dev.sprocket.bridge.tcp.TcpBridge}; inside, {@code Door}, {@code Idle} and {@code
 * Sender} are the decorators that it is made of.
 */
@NullMarked
package dev.sprocket.bridge.tcp;

import org.jspecify.annotations.NullMarked;
