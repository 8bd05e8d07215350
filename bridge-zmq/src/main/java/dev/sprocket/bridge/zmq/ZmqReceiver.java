package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Level;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
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

/** A PULL socket from its bind to its end; all of it on one thread, as ZeroMQ wants it. */
final class ZmqReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(ZmqPull.class);
    private static final String CONTROL = "inproc://control";

    private final String host;
    private final int port;
    private final MessageComponent<? super Connection, ? super Message> target;
    /** What tells the thread to stop; nobody outside can say it. */
    private final byte[] stop = new byte[16];

    private final ZContext context = new ZContext();
    private final CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "sprocket-zmq");

    ZmqReceiver(String host, int port, MessageComponent<? super Connection, ? super Message> target) {
        this.host = host;
        this.port = port;
        this.target = target;
        new SecureRandom().nextBytes(stop);
    }

    /** Returns when the socket is bound. */
    void start() throws IOException {
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

    InetSocketAddress address() {
        return bound.join();
    }

    private void run() {
        try (context) {
            ZMQ.Socket pull = context.createSocket(SocketType.PULL);
            InetSocketAddress address;
            try {
                address = bind(pull);
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

    private InetSocketAddress bind(ZMQ.Socket pull) {
        pull.setMaxMsgSize(ZmqPull.LIMIT);
        pull.setLinger(0);
        pull.bind(CONTROL);
        pull.bind("tcp://" + host + ":" + (port == 0 ? "*" : port));
        String endpoint = Objects.requireNonNull(pull.getLastEndpoint());
        return new InetSocketAddress(host, Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)));
    }

    /** Hands on what arrives, until told to stop; then what has arrived by then, but not what arrives meanwhile for ever. */
    private void receive(ZMQ.Socket pull, Level<Connection> level) {
        try {
            int left = Integer.MAX_VALUE;
            byte[] frame = pull.recv();
            while (frame != null && left > 0) {
                if (Arrays.equals(frame, stop)) {
                    left = pull.getRcvHWM();
                } else {
                    hand(pull, frame, level);
                }
                boolean stopping = left < Integer.MAX_VALUE;
                left -= stopping ? 1 : 0;
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

    void stop(Duration deadline) {
        if (!thread.isAlive()) {
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
}
