package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.CloseableWithCause;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * All who send to a socket. What is sent to it while a message is handed on is the answer to that message, if its sender
 * waits for one; nothing else can be sent.
 */
final class ZmqConnection implements CloseableWithCause {
    private final Attributes facts = new Attributes();
    private final InetSocketAddress address;
    private final Thread thread = Thread.currentThread();

    // on the bridge's thread
    private boolean asking;
    private boolean failed;
    private byte @Nullable [] answer;

    ZmqConnection(InetSocketAddress address) {
        this.address = address;
    }

    /** A message is about to be handed on. */
    void ask(boolean wanted) {
        asking = wanted;
        failed = false;
        answer = null;
    }

    /** It was handed on: its answer, which is never missing, for there are clients that send nothing before it. */
    byte[] answer() {
        asking = false;
        byte[] given = answer;
        if (given != null) {
            return given;
        }
        return Message.text(failed ? "error failed, see the log" : "ok").bytes();
    }

    @Override
    public boolean send(Message message) {
        if (Thread.currentThread() != thread || !asking || answer != null) {
            return false;
        }
        answer = message.bytes();
        return true;
    }

    /** Does nothing: one bad message must not keep the others out. */
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

    /** ZeroMQ does not tell; the address that they send to. */
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
        return facts;
    }

    @Override
    public String toString() {
        return "zmq " + address.getHostString() + ":" + address.getPort();
    }
}
