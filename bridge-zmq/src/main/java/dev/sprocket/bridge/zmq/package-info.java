/**
 * Bridge for backends that use ZeroMQ.
 *
 * <p>Where to start: {@link dev.sprocket.bridge.zmq.ZmqBridge}, and {@link dev.sprocket.bridge.zmq.ZmqPush} for Java
 * backends. Internally, {@code ZmqReceiver} is the receiving thread, {@code ZmqSocketSetup} configures the socket,
 * {@code ZapHandler} authenticates connections.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
