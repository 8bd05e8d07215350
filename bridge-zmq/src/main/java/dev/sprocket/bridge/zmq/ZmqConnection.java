package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.CloseableWithCause;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Connection that represents all senders of a socket.
 *
 * <p>The first message sent to it during a callback is the response, if the sender expects one; others are dropped.
 */
final class ZmqConnection implements CloseableWithCause {
    private final Attributes attributes = new Attributes();
    private final InetSocketAddress address;
    private final Thread thread = Thread.currentThread();

    // confined to the thread of the bridge
    private boolean responding;
    private boolean failed;
    private byte @Nullable [] response;

    ZmqConnection(InetSocketAddress address) {
        this.address = address;
    }

    /** Called before a message is delivered. */
    void begin(boolean respond) {
        responding = respond;
        failed = false;
        response = null;
    }

    /** Returns the response after delivery; never empty, since REQ clients block until they get one. */
    byte[] takeResponse() {
        responding = false;
        byte[] sent = response;
        if (sent != null) {
            return sent;
        }
        return Message.text(failed ? "error failed, see the log" : "ok").bytes();
    }

    @Override
    public boolean send(Message message) {
        if (Thread.currentThread() != thread || !responding || response != null) {
            return false;
        }
        response = message.bytes();
        return true;
    }

    /** Does nothing, since an invalid message must not affect other senders. */
    @Override
    public void close() {}

    @Override
    public void closeWithCause(Throwable cause) {
        failed = true;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    /** Returns the address of the bridge, since ZeroMQ does not identify senders. */
    @Override
    public SocketAddress remoteAddress() {
        return address;
    }

    @Override
    public SocketAddress localAddress() {
        return address;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return "zmq " + address.getHostString() + ":" + address.getPort();
    }
}
