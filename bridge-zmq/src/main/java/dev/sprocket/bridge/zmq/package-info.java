/**
 * The bridge for backends that speak ZeroMQ.
 *
 * <p>Where to start reading: {@link dev.sprocket.bridge.zmq.ZmqBridge}, and {@link dev.sprocket.bridge.zmq.ZmqPush} for the
 * other end. Inside, {@code ZmqReceiver} is the thread, {@code ZmqSocketSetup} the socket, {@code Zap} who may connect.
 */
@NullMarked
package dev.sprocket.bridge.zmq;

import org.jspecify.annotations.NullMarked;
