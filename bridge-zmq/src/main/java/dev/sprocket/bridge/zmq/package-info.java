/** The bridge for backends that speak ZeroMQ: {@link dev.sprocket.bridge.zmq.ZmqPull}. */
@NullMarked
package dev.sprocket.bridge.zmq;

import org.jspecify.annotations.NullMarked;
