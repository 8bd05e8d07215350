package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Level;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * A ZeroMQ PULL socket that binds: backends connect with PUSH and send one frame a message. ZeroMQ does not tell who sent
 * what, so all messages come from one connection, to which nothing can be sent.
 *
 * <p>Threads: any; messages are handed on by a thread of its own, so a slow target holds the senders back.
 */
public final class ZmqPull implements Endpoint {
    /** The longest message: 1 MiB. The sender of a longer one is cut off. */
    public static final int LIMIT = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ZmqPull.class);
    private static final String CONTROL = "inproc://stop";

    private final String host;
    private final int port;
    private final MessageComponent<? super Connection, ? super Message> target;
    private @Nullable ZContext context;
    private @Nullable Thread thread;
    private @Nullable InetSocketAddress address;

    /**
     * A bridge that has not started yet.
     *
     * @param port 0 takes a free one
     * @param target what each frame is handed to, as a text message
     */
    public ZmqPull(String host, int port, MessageComponent<? super Connection, ? super Message> target) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
        this.host = host;
        this.port = port;
        this.target = target;
    }

    @Override
    public synchronized void start() throws IOException {
        if (thread != null) {
            throw new IllegalStateException("already started");
        }
        ZContext made = new ZContext();
        ZMQ.Socket pull = made.createSocket(SocketType.PULL);
        ZMQ.Socket control = made.createSocket(SocketType.PAIR);
        pull.setMaxMsgSize(LIMIT);
        pull.setLinger(0);
        try {
            if (!pull.bind("tcp://" + host + ":" + (port == 0 ? "*" : port)) || !control.bind(CONTROL)) {
                throw new IOException("cannot listen on " + host + ":" + port + " for ZeroMQ");
            }
        } catch (ZMQException e) {
            made.close();
            throw new IOException("cannot listen on " + host + ":" + port + " for ZeroMQ: " + reason(e), e);
        }
        String bound = Objects.requireNonNull(pull.getLastEndpoint());
        address = new InetSocketAddress(host, Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1)));
        context = made;
        ZmqConnection conn = new ZmqConnection(address);
        thread = new Thread(() -> receive(made, pull, control, conn), "sprocket-zmq");
        thread.start();
    }

    private static String reason(ZMQException e) {
        return e.getErrorCode() == ZMQ.Error.EADDRINUSE.getCode()
                ? "Address already in use"
                : String.valueOf(ZMQ.Error.findByCode(e.getErrorCode()));
    }

    private void receive(ZContext own, ZMQ.Socket pull, ZMQ.Socket control, ZmqConnection conn) {
        Level<Connection> level = new Level<>(target, conn);
        level.open();
        try (ZMQ.Poller poller = own.createPoller(2)) {
            poller.register(pull, ZMQ.Poller.POLLIN);
            poller.register(control, ZMQ.Poller.POLLIN);
            boolean stopping = false;
            while (!stopping) {
                poller.poll();
                stopping = poller.pollin(1);
                drain(pull, level);
            }
        } catch (ZMQException e) {
            LOG.error("{} stopped", conn, e);
        } finally {
            level.close();
            own.close();
        }
    }

    /** Hands on what has arrived. */
    private void drain(ZMQ.Socket pull, Level<Connection> level) {
        byte[] frame = pull.recv(ZMQ.DONTWAIT);
        while (frame != null) {
            int frames = 1;
            while (pull.hasReceiveMore()) {
                pull.recv();
                frames++;
            }
            if (frames > 1) {
                LOG.warn("push from {} refused: message of {} frames (expected: 1)", address, frames);
            } else {
                level.deliver(target, Message.text(Unpooled.wrappedBuffer(frame)));
            }
            frame = pull.recv(ZMQ.DONTWAIT);
        }
    }

    /** Hands on what has arrived, and stops. */
    @Override
    public void close(Duration deadline) {
        Thread running;
        ZContext own;
        synchronized (this) {
            running = thread;
            own = context;
        }
        if (running == null || own == null || !running.isAlive()) {
            return;
        }
        try (ZMQ.Socket stop = own.createSocket(SocketType.PAIR)) {
            stop.connect(CONTROL);
            stop.send("stop");
            running.join(Math.max(1, deadline.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ZMQException e) {
            LOG.debug("closed twice", e);
        }
    }

    @Override
    public synchronized SocketAddress address() {
        if (address == null) {
            throw new IllegalStateException("not started");
        }
        return address;
    }
}
