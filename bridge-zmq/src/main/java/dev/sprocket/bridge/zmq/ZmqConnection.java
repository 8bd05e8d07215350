package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Connection that represents all senders of a socket.
 *
 * <p>The first message sent to it during a callback is the response, if the sender expects one; others are dropped.
 */
final class ZmqConnection implements Connection {
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
    public void close(CloseReason reason) {
        switch (reason.type()) {
            case NORMAL, END_OF_STREAM, SHUTDOWN, UNAUTHORIZED, OVERFLOW -> close();
            case MALFORMED, UNSUPPORTED, FORBIDDEN, LIMIT_EXCEEDED, FAILURE -> failed = true;
        }
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
