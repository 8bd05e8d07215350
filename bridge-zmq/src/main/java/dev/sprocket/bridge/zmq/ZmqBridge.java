package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.LoopbackOnly;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;

/**
 * Bridge that receives messages over a ZeroMQ PULL, SUB or ROUTER socket.
 *
 * <pre>{@code
 * ZmqBridge.pull(topics).bind("127.0.0.1", 5555).build().start();
 * ZmqBridge.pull((from, message) -> onBlogEntry(message.text())).build().start(); // any component can receive them
 * ZmqBridge.sub(topics).connect("10.0.0.7", 5556).subscribe("blog.").build().start();
 * ZmqBridge.router(topics)
 *         .bind("0.0.0.0", 5557)
 *         .curve(keys)
 *         .clientKey("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
 *         .build()
 *         .start();
 * }</pre>
 * <p>ZeroMQ does not identify senders, so all messages come from one connection. Nothing can be sent to it, except on a
 * ROUTER socket: the first message sent during a callback is the response. A failure of the target does not close it.
 *
 * <p>While too many bytes are pending for subscribers, it stops receiving, and PUSH clients block; a publisher drops
 * messages beyond its own high-water mark.
 *
 * <p>Messages are delivered on a dedicated thread, so a slow target slows down the senders.
 */
@ThreadSafe
public final class ZmqBridge implements Endpoint {
    /** Default maximum size of a frame: 1 MiB. */
    public static final int DEFAULT_MAX_FRAME_SIZE = 1024 * 1024;

    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    /** Interval between attempts to reopen the bridge. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private final ZmqBridgeBuilder options;
    private @Nullable ZmqReceiver receiver;
    private volatile boolean failed;
    private volatile boolean closed;

    ZmqBridge(ZmqBridgeBuilder options) {
        this.options = options;
        checkLoopback();
    }

    /** Returns a builder of a PULL socket that publishes to topics; clients get no response. */
    public static ZmqBridgeBuilder pull(Topics topics) {
        return pull(new Publisher(topics));
    }

    /** Returns a builder of a PULL socket whose messages a component receives as text. */
    public static ZmqBridgeBuilder pull(MessageComponent<? super Connection, ? super Message> target) {
        return new ZmqBridgeBuilder(SocketType.PULL, ZmqFrames.ONE, target);
    }

    /** Returns a builder of a SUB socket that publishes envelopes, or topic and event. */
    public static ZmqBridgeBuilder sub(Topics topics) {
        return sub(new Publisher(topics));
    }

    /** Returns a builder of a SUB socket whose messages a component receives as text. */
    public static ZmqBridgeBuilder sub(MessageComponent<? super Connection, ? super Message> target) {
        return new ZmqBridgeBuilder(SocketType.SUB, ZmqFrames.ONE_OR_TWO, target);
    }

    /**
     * Returns a builder of a ROUTER socket that publishes messages of REQ and DEALER sockets.
     *
     * <p>The response is {@code ok 3} for three subscribers, or {@code error line 1, column 5: …}.
     */
    public static ZmqBridgeBuilder router(Topics topics) {
        return router(new Publisher(topics));
    }

    /**
     * Returns a builder of a ROUTER socket whose messages a component receives as text.
     *
     * <p>The response is the first message that it sends during {@code onMessage}; otherwise {@code ok}, or {@code
     * error} if it failed.
     */
    public static ZmqBridgeBuilder router(MessageComponent<? super Connection, ? super Message> target) {
        return new ZmqBridgeBuilder(SocketType.ROUTER, ZmqFrames.ONE, target);
    }

    private void checkLoopback() {
        if (options.listens()) {
            LoopbackOnly.check(
                    "bridge zmq",
                    options.host,
                    options.keys != null && !options.clientKeys.isEmpty(),
                    "CURVE keys and client keys");
        }
    }

    /**
     * Starts the bridge.
     *
     * @throws IllegalStateException without CURVE and client keys on a non-loopback address
     */
    @Override
    public synchronized void start() throws IOException {
        if (receiver != null) {
            throw new IllegalStateException("already started");
        }
        checkLoopback();
        receiver = open(options.port);
    }

    private ZmqReceiver open(int port) throws IOException {
        ZmqReceiver opened = new ZmqReceiver(options, port, this::reopen);
        opened.start();
        return opened;
    }

    /** Reopens the same port after a failure of a JeroMQ thread, with retries until closed. */
    private void reopen(Throwable cause) {
        synchronized (this) {
            if (failed || closed) {
                return;
            }
            failed = true;
        }
        LOG.error(this, "zmq bridge failed; reopening it: cause=\"{}\"", cause.toString());
        options.reopenThreads.newThread(this::reopen).start();
    }

    private void reopen() {
        ZmqReceiver old;
        InetSocketAddress address;
        synchronized (this) {
            old = Objects.requireNonNull(receiver);
            address = old.address();
        }
        boolean abandoned = false;
        while (!closed) {
            try {
                if (!abandoned) {
                    old.abandon();
                    abandoned = true;
                }
                // clients know the port that was selected at the start
                ZmqReceiver opened = open(address.getPort());
                synchronized (this) {
                    receiver = opened;
                    failed = false;
                }
                if (closed) {
                    opened.stop(RETRY_INTERVAL);
                }
                LOG.warn(this, "zmq bridge reopened: address={}", opened.address());
                return;
            } catch (IOException | RuntimeException e) {
                LOG.warn(
                        this,
                        "zmq bridge not reopened: retrySeconds={} cause=\"{}\"",
                        RETRY_INTERVAL.toSeconds(),
                        e.toString());
                try {
                    Thread.sleep(RETRY_INTERVAL.toMillis());
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Reports whether messages are received; false while it is being reopened after a failure. */
    @Override
    public boolean isHealthy() {
        return !failed;
    }

    /** Delivers the received messages and closes the socket. */
    @Override
    public void close(Duration deadline) {
        closed = true;
        ZmqReceiver running;
        synchronized (this) {
            running = receiver;
        }
        if (running != null) {
            running.stop(deadline);
        }
    }

    /** Returns the listening address, or the first peer if the bridge connects. */
    @Override
    public synchronized SocketAddress address() {
        if (receiver == null) {
            throw new IllegalStateException("not started");
        }
        return receiver.address();
    }
}
