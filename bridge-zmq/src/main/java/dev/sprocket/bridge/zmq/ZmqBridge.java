package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.Cidr;
import dev.sprocket.core.internal.net.LoopbackOnly;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import dev.sprocket.pubsub.internal.push.PushHold;
import dev.sprocket.pubsub.internal.push.PushSender;
import dev.sprocket.pubsub.push.Publisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import zmq.msg.MsgAllocator;

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
 * <p>While the log of a topic accepts no events, it holds a push for at most 30 seconds (see {@code holdTimeout}),
 * and receives nothing more; then the push fails.
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

    /** Default maximum number of queued messages per sender: 1,000. */
    public static final int DEFAULT_HIGH_WATER_MARK = 1000;

    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    /** Interval between attempts to reopen the bridge. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private final Builder options;
    private @Nullable ZmqReceiver receiver;
    private volatile boolean failed;
    private volatile boolean closed;

    ZmqBridge(Builder options) {
        this.options = options;
        checkLoopback();
    }

    /** Returns a builder of a PULL socket that publishes to topics; clients get no response. */
    public static Builder pull(Topics topics) {
        return pull(new Publisher(topics));
    }

    /** Returns a builder of a PULL socket whose messages a component receives as text. */
    public static Builder pull(MessageComponent<? super Connection, ? super Message> target) {
        return new Builder(SocketType.PULL, ZmqFrames.ONE, target);
    }

    /** Returns a builder of a SUB socket that publishes envelopes, or topic and event. */
    public static Builder sub(Topics topics) {
        return sub(new Publisher(topics));
    }

    /** Returns a builder of a SUB socket whose messages a component receives as text. */
    public static Builder sub(MessageComponent<? super Connection, ? super Message> target) {
        return new Builder(SocketType.SUB, ZmqFrames.ONE_OR_TWO, target);
    }

    /**
     * Returns a builder of a ROUTER socket that publishes messages of REQ and DEALER sockets.
     *
     * <p>The response is {@code ok 3} for three subscribers, or {@code error line 1, column 5: …}.
     */
    public static Builder router(Topics topics) {
        return router(new Publisher(topics));
    }

    /**
     * Returns a builder of a ROUTER socket whose messages a component receives as text.
     *
     * <p>The response is the first message that it sends during {@code onMessage}; otherwise {@code ok}, or {@code
     * error} if it failed.
     */
    public static Builder router(MessageComponent<? super Connection, ? super Message> target) {
        return new Builder(SocketType.ROUTER, ZmqFrames.ONE, target);
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

    /**
     * Builder of {@link ZmqBridge}. By default it listens on 127.0.0.1 and a free port.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {

        final SocketType type;
        final MessageComponent<? super Connection, ? super Message> target;
        final List<InetSocketAddress> peers = new ArrayList<>();
        Set<Cidr> addresses = new LinkedHashSet<>();
        final Set<String> clientKeys = new LinkedHashSet<>();
        private final Set<String> prefixes = new LinkedHashSet<>();
        String host = "127.0.0.1";
        int port;
        ZmqFrames frames;
        /** Allocator of frames. */
        MsgAllocator frameMemory = new FrameLimit(ZmqReceiver.MAX_FRAMES + 1);

        /** Factory of the thread that reopens the bridge. */
        ThreadFactory reopenThreads = task -> {
            Thread thread = new Thread(task, "sprocket-zmq-reopen");
            thread.setDaemon(true);
            return thread;
        };

        int maxFrameSize = ZmqBridge.DEFAULT_MAX_FRAME_SIZE;
        int highWaterMark = DEFAULT_HIGH_WATER_MARK;
        PendingLimit pendingLimit;
        Duration holdTimeout = PushHold.DEFAULT_TIMEOUT;

        @Nullable
        ZmqKeys keys;

        String serverKey = "";

        Builder(SocketType type, ZmqFrames frames, MessageComponent<? super Connection, ? super Message> target) {
            this.type = type;
            this.frames = frames;
            this.target = target;
            this.pendingLimit = PendingLimit.of(target);
        }

        /**
         * Sets the listening address and port; port 0 selects a free port.
         *
         * @throws IllegalArgumentException unless the port is 0-65535
         */
        @CanIgnoreReturnValue
        public Builder bind(String address, int number) {
            require("port", number, 0, 65535);
            this.host = address;
            this.port = number;
            return this;
        }

        /** Adds a peer to connect to, with retries, instead of listening. */
        @CanIgnoreReturnValue
        public Builder connect(String address, int number) {
            require("port", number, 1, 65535);
            peers.add(InetSocketAddress.createUnresolved(address, number));
            return this;
        }

        /** Adds a prefix of the first frame to subscribe to (SUB only); default: everything. */
        @CanIgnoreReturnValue
        public Builder subscribe(String prefix) {
            if (type != SocketType.SUB) {
                throw new IllegalStateException("subscribe (expected: on a SUB socket, not " + type + ")");
            }
            prefixes.add(prefix);
            return this;
        }

        /** Sets the frames of a message; default: one, for SUB one or two. */
        @CanIgnoreReturnValue
        public Builder frames(ZmqFrames other) {
            this.frames = other;
            return this;
        }

        /**
         * Enables CURVE encryption with the own key pair.
         *
         * <p>A listening bridge also sets {@link #clientKey}, a connecting one {@link #serverKey}.
         */
        @CanIgnoreReturnValue
        public Builder curve(ZmqKeys own) {
            this.keys = own;
            return this;
        }

        /** Adds the public key of a client that may connect, 40 characters of Z85. */
        @CanIgnoreReturnValue
        public Builder clientKey(String publicKey) {
            ZmqKeys.decode("client", publicKey);
            clientKeys.add(publicKey);
            return this;
        }

        /** Sets the public key of the peers to connect to, 40 characters of Z85. */
        @CanIgnoreReturnValue
        public Builder serverKey(String publicKey) {
            ZmqKeys.decode("server", publicKey);
            serverKey = publicKey;
            return this;
        }

        /** Adds an address or range that may connect, such as {@code 10.0.0.0/8}; default: all. */
        @CanIgnoreReturnValue
        public Builder allow(String range) {
            addresses.add(Cidr.parse(range));
            return this;
        }

        /**
         * Sets the maximum size of a frame in bytes; default: 1 MiB.
         *
         * <p>The sender of a larger frame is disconnected.
         */
        @CanIgnoreReturnValue
        public Builder maxFrameSize(int bytes) {
            this.maxFrameSize = (int) require("maxFrameSize", bytes, 1, Integer.MAX_VALUE);
            return this;
        }

        /** Sets the maximum number of queued messages per sender, excluding its own queue; default: 1,000. */
        @CanIgnoreReturnValue
        public Builder highWaterMark(int messages) {
            this.highWaterMark = (int) require("highWaterMark", messages, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Sets the time for which a push is held while its log accepts no events.
         *
         * <p>Then it fails. The bridge receives nothing more meanwhile. Default: 30 seconds.
         *
         * @param timeout zero or more; zero: it fails at once
         * @throws IllegalArgumentException if it is negative
         */
        @CanIgnoreReturnValue
        public Builder holdTimeout(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("holdTimeout: " + timeout + " (expected: zero or more)");
            }
            this.holdTimeout = timeout;
            return this;
        }

        /**
         * Sets the number of pending bytes above which receiving pauses; default: 32 MiB.
         *
         * <p>Bytes are counted as by {@link Topics#pendingBytes()}. For a {@code Publisher}, also inside decorators,
         * its topics are used; for other targets, set {@link #pendingBytes}.
         */
        @CanIgnoreReturnValue
        public Builder pendingLimit(long bytes) {
            this.pendingLimit = pendingLimit.bytes(bytes);
            return this;
        }

        /** Sets the source of the number of pending bytes, such as {@code topics::pendingBytes}. */
        @CanIgnoreReturnValue
        public Builder pendingBytes(LongSupplier bytes) {
            this.pendingLimit = pendingLimit.source(bytes);
            return this;
        }

        @CanIgnoreReturnValue
        private static long require(String name, long value, long min, long max) {
            if (value < min || value > max) {
                String expected = max < Integer.MAX_VALUE ? min + "-" + max : ">= " + min;
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
            }
            return value;
        }

        /** Reports whether all senders have proved a key, or are on this machine. */
        boolean admitsBackends() {
            boolean proved = keys != null && (listens() ? !clientKeys.isEmpty() : !serverKey.isEmpty());
            return proved
                    || (listens()
                            ? PushSender.isLocal(new InetSocketAddress(host, 0))
                            : peers.stream()
                                    .allMatch(peer -> PushSender.isLocal(
                                            new InetSocketAddress(peer.getHostString(), peer.getPort()))));
        }

        boolean listens() {
            return peers.isEmpty();
        }

        Set<String> subscriptions() {
            return prefixes.isEmpty() ? Set.of("") : prefixes;
        }

        /**
         * Builds the bridge, not started yet; the builder must not be used afterwards.
         *
         * @throws IllegalStateException if options contradict each other, or a non-loopback address has no CURVE and
         *     client keys
         */
        public ZmqBridge build() {
            if (keys == null && !(clientKeys.isEmpty() && serverKey.isEmpty())) {
                throw new IllegalStateException("client or server keys without own keys (expected: curve)");
            }
            if (keys != null && !listens() && serverKey.isEmpty()) {
                throw new IllegalStateException("CURVE without the key of the server (expected: serverKey)");
            }
            if (!listens() && !(clientKeys.isEmpty() && addresses.isEmpty())) {
                throw new IllegalStateException(
                        "client keys or allowed addresses for a connecting bridge (peers: " + peers + ")");
            }
            if (listens() && !serverKey.isEmpty()) {
                throw new IllegalStateException(
                        "server key for a listening bridge (expected: for a connecting one only)");
            }
            return new ZmqBridge(this);
        }
    }
}
