/** The bridge for backends that can write to a socket: {@link dev.sprocket.bridge.tcp.TcpBridge}. */
@NullMarked
package dev.sprocket.bridge.tcp;

import org.jspecify.annotations.NullMarked;
