package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Cidr;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Publisher;
import dev.sprocket.pubsub.Topics;
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
 * Puts a {@link ZmqBridge} together. Unless told otherwise it listens on 127.0.0.1 and a free port.
 *
 * <p>Not thread-safe.
 */
public final class ZmqBridgeBuilder {
    static final int HIGH_WATER_MARK = 1000;
    static final int HOLD_ABOVE = 32 << 20;

    final SocketType type;
    final MessageComponent<? super Connection, ? super Message> target;
    final List<InetSocketAddress> peers = new ArrayList<>();
    Set<Cidr> addresses = new LinkedHashSet<>();
    final Set<String> clients = new LinkedHashSet<>();
    private final Set<String> prefixes = new LinkedHashSet<>();
    String host = "127.0.0.1";
    int port;
    ZmqFrames frames;
    /** Where JeroMQ takes the memory of frames from. */
    MsgAllocator frameMemory = new FrameLimit(ZmqReceiver.MOST_FRAMES + 1);

    /** Where the thread comes from that opens the bridge again. */
    ThreadFactory reopening = task -> {
        Thread thread = new Thread(task, "sprocket-zmq-reopen");
        thread.setDaemon(true);
        return thread;
    };

    int limit = ZmqBridge.LIMIT;
    int highWaterMark = HIGH_WATER_MARK;
    long mostWaiting = HOLD_ABOVE;
    LongSupplier waiting;

    @Nullable
    ZmqKeys keys;

    String serverKey = "";

    ZmqBridgeBuilder(SocketType type, ZmqFrames frames, MessageComponent<? super Connection, ? super Message> target) {
        this.type = type;
        this.frames = frames;
        this.target = target;
        this.waiting = Publisher.pendingBytes(target);
    }

    /** Listens there; port 0 takes a free one. Throws {@link IllegalArgumentException} unless the port is 0-65535. */
    public ZmqBridgeBuilder bind(String address, int number) {
        require("port", number, 0, 65535);
        this.host = address;
        this.port = number;
        return this;
    }

    /** Connects there instead of listening, again and again until it succeeds; may be called for several. */
    public ZmqBridgeBuilder connect(String address, int number) {
        require("port", number, 1, 65535);
        peers.add(InetSocketAddress.createUnresolved(address, number));
        return this;
    }

    /** Hears messages whose first frame begins so, and no others; may be called for several. For SUB, which hears all else. */
    public ZmqBridgeBuilder subscribe(String prefix) {
        if (type != SocketType.SUB) {
            throw new IllegalStateException("subscribe (expected: on a SUB socket, not " + type + ")");
        }
        prefixes.add(prefix);
        return this;
    }

    /** Of which frames a message consists: one, and for SUB one or two, unless told otherwise. */
    public ZmqBridgeBuilder frames(ZmqFrames other) {
        this.frames = other;
        return this;
    }

    /**
     * Encrypts by CURVE, with these keys. Whoever listens says {@linkplain #client which clients} may connect, whoever
     * connects the {@linkplain #server key of the server}.
     */
    public ZmqBridgeBuilder curve(ZmqKeys own) {
        this.keys = own;
        return this;
    }

    /** Lets the client with this public key connect, of 40 characters of Z85; may be called for several. */
    public ZmqBridgeBuilder client(String publicKey) {
        ZmqKeys.decode("client", publicKey);
        clients.add(publicKey);
        return this;
    }

    /** The public key of those to whom it connects, of 40 characters of Z85. */
    public ZmqBridgeBuilder server(String publicKey) {
        ZmqKeys.decode("server", publicKey);
        serverKey = publicKey;
        return this;
    }

    /** Lets this address or range connect, as {@code 10.0.0.0/8}; may be called for several. Without any, all may. */
    public ZmqBridgeBuilder allow(String range) {
        addresses.add(Cidr.parse(range));
        return this;
    }

    /** The longest frame in bytes: 1 MiB unless told otherwise. The sender of a longer one is cut off. */
    public ZmqBridgeBuilder limit(int bytes) {
        this.limit = (int) require("limit", bytes, 1, Integer.MAX_VALUE);
        return this;
    }

    /** How many messages may wait for each sender, besides those in its own queue: 1,000 unless told otherwise. */
    public ZmqBridgeBuilder highWaterMark(int messages) {
        this.highWaterMark = (int) require("highWaterMark", messages, 1, Integer.MAX_VALUE);
        return this;
    }

    /**
     * How many bytes may wait to be delivered, as {@link Topics#pendingBytes()} counts them, before it stops receiving: 32 MiB
     * unless told otherwise. A {@code Publisher} is asked, which decorators may wrap; for other targets say {@link #waiting
     * whom}.
     */
    public ZmqBridgeBuilder holdAbove(long bytes) {
        this.mostWaiting = require("holdAbove", bytes, 1, Long.MAX_VALUE);
        return this;
    }

    /** Whom to ask how many bytes wait to be delivered, as {@code topics::waiting}. */
    public ZmqBridgeBuilder waiting(LongSupplier bytes) {
        this.waiting = bytes;
        return this;
    }

    private static long require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            String expected = most < Integer.MAX_VALUE ? least + "-" + most : ">= " + least;
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
     * The bridge, not started yet. Throws {@link IllegalStateException} if it would listen beyond loopback without CURVE and
     * the keys of clients, or if what was said does not fit together.
     */
    public ZmqBridge build() {
        if (keys == null && !(clients.isEmpty() && serverKey.isEmpty())) {
            throw new IllegalStateException("keys of others without keys of its own (expected: curve)");
        }
        if (keys != null && !listens() && serverKey.isEmpty()) {
            throw new IllegalStateException("CURVE without the key of the server (expected: server)");
        }
        if (!listens() && !(clients.isEmpty() && addresses.isEmpty())) {
            throw new IllegalStateException("who may connect is said where it listens (it connects to " + peers + ")");
        }
        if (listens() && !serverKey.isEmpty()) {
            throw new IllegalStateException("the key of a server (expected: where it connects, but it listens)");
        }
        return new ZmqBridge(this);
    }
}
