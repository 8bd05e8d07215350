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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
    private static final String CONTROL = "inproc://control";

    private final String host;
    private final int port;
    private final MessageComponent<? super Connection, ? super Message> target;
    /** What tells the receiving thread to stop; nobody outside can say it. */
    private final byte[] stop = new byte[16];

    private final ZContext context = new ZContext();
    private final CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
    private final Thread thread = new Thread(this::receive, "sprocket-zmq");
    private boolean started;

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
        new SecureRandom().nextBytes(stop);
    }

    @Override
    public synchronized void start() throws IOException {
        if (started) {
            throw new IllegalStateException("already started");
        }
        started = true;
        thread.start();
        try {
            bound.join();
        } catch (CompletionException e) {
            throw new IOException(
                    "cannot listen on " + host + ":" + port + " for ZeroMQ: " + reason(e.getCause()), e.getCause());
        }
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof ZMQException e) {
            return e.getErrorCode() == ZMQ.Error.EADDRINUSE.getCode()
                    ? "Address already in use"
                    : String.valueOf(ZMQ.Error.findByCode(e.getErrorCode()));
        }
        return String.valueOf(cause);
    }

    /** All of a socket's life is on one thread, as ZeroMQ wants it. */
    private void receive() {
        try (context) {
            ZMQ.Socket pull = context.createSocket(SocketType.PULL);
            pull.setMaxMsgSize(LIMIT);
            pull.setLinger(0);
            InetSocketAddress address;
            try {
                pull.bind(CONTROL);
                pull.bind("tcp://" + host + ":" + (port == 0 ? "*" : port));
                String endpoint = Objects.requireNonNull(pull.getLastEndpoint());
                address = new InetSocketAddress(
                        host, Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)));
            } catch (RuntimeException e) {
                bound.completeExceptionally(e);
                return;
            }
            Level<Connection> level = new Level<>(target, new ZmqConnection(address));
            level.open();
            bound.complete(address);
            receive(pull, level);
            level.close();
        }
    }

    /** Hands on what arrives, until told to stop; then what has arrived by then. */
    private void receive(ZMQ.Socket pull, Level<Connection> level) {
        try {
            boolean stopping = false;
            byte[] frame = pull.recv();
            while (frame != null) {
                if (Arrays.equals(frame, stop)) {
                    stopping = true;
                } else {
                    hand(pull, frame, level);
                }
                frame = pull.recv(stopping ? ZMQ.DONTWAIT : 0);
            }
        } catch (ZMQException e) {
            LOG.error("ZeroMQ bridge on {}:{} stopped", host, port, e);
        }
    }

    private void hand(ZMQ.Socket pull, byte[] frame, Level<Connection> level) {
        int frames = 1;
        while (pull.hasReceiveMore()) {
            pull.recv();
            frames++;
        }
        if (frames > 1) {
            LOG.warn("push from zmq {}:{} refused: message of {} frames (expected: 1)", host, port, frames);
        } else {
            level.deliver(target, Message.text(Unpooled.wrappedBuffer(frame)));
        }
    }

    /** Hands on what has arrived, and stops. */
    @Override
    public void close(Duration deadline) {
        if (!thread.isAlive() || bound.isCompletedExceptionally()) {
            return;
        }
        try (ZContext own = ZContext.shadow(context);
                ZMQ.Socket control = own.createSocket(SocketType.PUSH)) {
            control.connect(CONTROL);
            control.send(stop);
            thread.join(Math.max(1, deadline.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ZMQException e) {
            LOG.debug("closed twice", e);
        }
    }

    @Override
    public SocketAddress address() {
        InetSocketAddress address = bound.isCompletedExceptionally() ? null : bound.getNow(null);
        if (address == null) {
            throw new IllegalStateException("not started");
        }
        return address;
    }
}
