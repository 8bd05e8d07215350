package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.Cidr;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import zmq.msg.MsgAllocator;

/**
 * Builder of {@link ZmqBridge}. By default it listens on 127.0.0.1 and a free port.
 *
 * <p>Not thread-safe.
 */
public final class ZmqBridgeBuilder {
    static final int DEFAULT_HIGH_WATER_MARK = 1000;

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

    @Nullable
    ZmqKeys keys;

    String serverKey = "";

    ZmqBridgeBuilder(SocketType type, ZmqFrames frames, MessageComponent<? super Connection, ? super Message> target) {
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
    public ZmqBridgeBuilder bind(String address, int number) {
        require("port", number, 0, 65535);
        this.host = address;
        this.port = number;
        return this;
    }

    /** Adds a peer to connect to, with retries, instead of listening. */
    public ZmqBridgeBuilder connect(String address, int number) {
        require("port", number, 1, 65535);
        peers.add(InetSocketAddress.createUnresolved(address, number));
        return this;
    }

    /** Adds a prefix of the first frame to subscribe to (SUB only); default: everything. */
    public ZmqBridgeBuilder subscribe(String prefix) {
        if (type != SocketType.SUB) {
            throw new IllegalStateException("subscribe (expected: on a SUB socket, not " + type + ")");
        }
        prefixes.add(prefix);
        return this;
    }

    /** Sets the frames of a message; default: one, for SUB one or two. */
    public ZmqBridgeBuilder frames(ZmqFrames other) {
        this.frames = other;
        return this;
    }

    /**
     * Enables CURVE encryption with the own key pair.
     *
     * <p>A listening bridge also sets {@link #clientKey}, a connecting one {@link #serverKey}.
     */
    public ZmqBridgeBuilder curve(ZmqKeys own) {
        this.keys = own;
        return this;
    }

    /** Adds the public key of a client that may connect, 40 characters of Z85. */
    public ZmqBridgeBuilder clientKey(String publicKey) {
        ZmqKeys.decode("client", publicKey);
        clientKeys.add(publicKey);
        return this;
    }

    /** Sets the public key of the peers to connect to, 40 characters of Z85. */
    public ZmqBridgeBuilder serverKey(String publicKey) {
        ZmqKeys.decode("server", publicKey);
        serverKey = publicKey;
        return this;
    }

    /** Adds an address or range that may connect, such as {@code 10.0.0.0/8}; default: all. */
    public ZmqBridgeBuilder allow(String range) {
        addresses.add(Cidr.parse(range));
        return this;
    }

    /**
     * Sets the maximum size of a frame in bytes; default: 1 MiB.
     *
     * <p>The sender of a larger frame is disconnected.
     */
    public ZmqBridgeBuilder maxFrameSize(int bytes) {
        this.maxFrameSize = (int) require("maxFrameSize", bytes, 1, Integer.MAX_VALUE);
        return this;
    }

    /** Sets the maximum number of queued messages per sender, excluding its own queue; default: 1,000. */
    public ZmqBridgeBuilder highWaterMark(int messages) {
        this.highWaterMark = (int) require("highWaterMark", messages, 1, Integer.MAX_VALUE);
        return this;
    }

    /**
     * Sets the number of pending bytes above which receiving pauses; default: 32 MiB.
     *
     * <p>Bytes are counted as by {@link Topics#pendingBytes()}. For a {@code Publisher}, also inside decorators, its
     * topics are used; for other targets, set {@link #pendingBytes}.
     */
    public ZmqBridgeBuilder pendingLimit(long bytes) {
        this.pendingLimit = pendingLimit.bytes(bytes);
        return this;
    }

    /** Sets the source of the number of pending bytes, such as {@code topics::pendingBytes}. */
    public ZmqBridgeBuilder pendingBytes(LongSupplier bytes) {
        this.pendingLimit = pendingLimit.source(bytes);
        return this;
    }

    private static long require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            String expected = max < Integer.MAX_VALUE ? min + "-" + max : ">= " + min;
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
        return value;
    }

    boolean listens() {
        return peers.isEmpty();
    }

    Set<String> subscriptions() {
        return prefixes.isEmpty() ? Set.of("") : prefixes;
    }

    /**
     * Builds the bridge, not started yet.
     *
     * @throws IllegalStateException if options contradict each other, or a non-loopback address has no CURVE and client
     *     keys
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
            throw new IllegalStateException("server key for a listening bridge (expected: for a connecting one only)");
        }
        return new ZmqBridge(this);
    }
}
