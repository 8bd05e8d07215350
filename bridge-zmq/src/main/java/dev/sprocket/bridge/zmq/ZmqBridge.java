package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.LoopbackOnly;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.pubsub.Publisher;
import dev.sprocket.pubsub.Topics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;

/**
 * Takes messages by ZeroMQ: from clients that push, from a publisher, or from clients that want an answer.
 *
 * <pre>{@code
 * ZmqBridge.pull(topics).bind("127.0.0.1", 5555).build().start();
 * ZmqBridge.pull((from, message) -> onBlogEntry(message.text()))…   // any component takes them, as the tutorial's
 * ZmqBridge.sub(topics).connect("10.0.0.7", 5556).subscribe("blog.")…
 * ZmqBridge.router(topics).bind("0.0.0.0", 5557).curve(keys).client("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")…
 * }</pre>
 *
 * <p>ZeroMQ does not tell who sent what, so all messages come from one connection, to which nothing can be sent, except by
 * a ROUTER, for which what is sent while a message is handed on is its answer. A target that fails keeps nobody out.
 *
 * <p>While more waits to be delivered to subscribers than may, it stops receiving, and clients that push wait; a publisher
 * does not wait, but drops what is past its own high-water mark.
 *
 * <p>Messages are handed on by a thread of its own, so a slow target holds the senders back.
 */
@ThreadSafe
public final class ZmqBridge implements Endpoint {
    /** The longest frame, unless told otherwise: 1 MiB. */
    public static final int LIMIT = 1024 * 1024;

    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    /** Between attempts to open it again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ZmqBridgeBuilder options;
    private @Nullable ZmqReceiver receiver;
    private volatile boolean failing;
    private volatile boolean closed;

    ZmqBridge(ZmqBridgeBuilder options) {
        this.options = options;
        check();
    }

    /** A PULL socket: clients push, and are not answered. Messages are published to topics. */
    public static ZmqBridgeBuilder pull(Topics topics) {
        return pull(new Publisher(topics));
    }

    /** As above, to any component, which is handed each message as text. */
    public static ZmqBridgeBuilder pull(MessageComponent<? super Connection, ? super Message> target) {
        return new ZmqBridgeBuilder(SocketType.PULL, ZmqFrames.ONE, target);
    }

    /** A SUB socket: hears publishers, whose messages are JSON, or a topic and an event. They are published to topics. */
    public static ZmqBridgeBuilder sub(Topics topics) {
        return sub(new Publisher(topics));
    }

    /** As above, to any component, which is handed each message as text. */
    public static ZmqBridgeBuilder sub(MessageComponent<? super Connection, ? super Message> target) {
        return new ZmqBridgeBuilder(SocketType.SUB, ZmqFrames.ONE_OR_TWO, target);
    }

    /**
     * A ROUTER socket: answers each message of a REQ or DEALER socket, {@code ok 3} for three subscribers or {@code error
     * line 1, column 5: …}. Messages are published to topics.
     */
    public static ZmqBridgeBuilder router(Topics topics) {
        return router(new Publisher(topics));
    }

    /**
     * As above, to any component: what it sends first, before {@code onMessage} returns, is the answer. If it sends
     * nothing that is {@code ok}, or {@code error} if it failed.
     */
    public static ZmqBridgeBuilder router(MessageComponent<? super Connection, ? super Message> target) {
        return new ZmqBridgeBuilder(SocketType.ROUTER, ZmqFrames.ONE, target);
    }

    private void check() {
        if (options.listens()) {
            LoopbackOnly.check(
                    "bridge zmq",
                    options.host,
                    options.keys != null && !options.clients.isEmpty(),
                    "CURVE keys and the keys of clients");
        }
    }

    /** As {@link Endpoint#start}; throws {@link IllegalStateException} beyond loopback if anybody may push. */
    @Override
    public synchronized void start() throws IOException {
        if (receiver != null) {
            throw new IllegalStateException("already started");
        }
        check();
        receiver = open(options.port);
    }

    private ZmqReceiver open(int port) throws IOException {
        ZmqReceiver opened = new ZmqReceiver(options, port, this::reopen);
        opened.start();
        return opened;
    }

    /** Receives again on the same port after a thread of JeroMQ has failed; tries until it is closed. */
    private void reopen(Throwable cause) {
        synchronized (this) {
            if (failing || closed) {
                return;
            }
            failing = true;
        }
        LOG.error(this, "zmq bridge failed and is opened again: {}", cause.toString());
        options.reopening.newThread(this::reopen).start();
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
                // the port that was free at the start is the one that clients know
                ZmqReceiver opened = open(address.getPort());
                synchronized (this) {
                    receiver = opened;
                    failing = false;
                }
                if (closed) {
                    opened.stop(PAUSE);
                }
                LOG.warn(this, "zmq bridge open again: address={}", opened.address());
                return;
            } catch (IOException | RuntimeException e) {
                LOG.warn(
                        this,
                        "zmq bridge cannot be opened again; next attempt in {} s: {}",
                        PAUSE.toSeconds(),
                        e.toString());
                try {
                    Thread.sleep(PAUSE.toMillis());
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Whether messages arrive; false between the failure of a thread of JeroMQ and the new start. */
    @Override
    public boolean isHealthy() {
        return !failing;
    }

    /** Hands on what has arrived, and stops. */
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

    /** Where it listens; if it only connects, where to. */
    @Override
    public synchronized SocketAddress address() {
        if (receiver == null) {
            throw new IllegalStateException("not started");
        }
        return receiver.address();
    }
}
