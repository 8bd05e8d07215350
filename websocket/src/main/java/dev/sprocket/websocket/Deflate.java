package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.websocket.internal.compression.DeflateEncoder;
import java.util.zip.Deflater;

/**
 * Settings of permessage-deflate (RFC 7692); see {@link WsServer#compress}.
 *
 * <p>By default, the server compresses each message by itself, without context takeover. An idle connection then holds
 * no compressor (about 260 KiB with takeover), and a broadcast is compressed once for all connections. Clients decide
 * about their own context takeover: the response contains no parameter that the client did not offer, because some
 * clients would fail the handshake. The window of such a client takes up to 32 KiB of {@link #clientMemory()}, reserved
 * when the client connects; without free memory, the connection is not compressed. {@link WsLimits} apply to the
 * decompressed message.
 *
 * <p>Connections with equal thresholds, levels and windows share the bytes of a broadcast, also across servers.
 */
@ThreadSafe
public final class Deflate {
    /**
     * Default settings.
     *
     * <p>Compresses messages of at least 1 KiB at level 6, without context takeover of the server, and reserves up to
     * 128 MiB for the windows of clients.
     */
    public static final Deflate DEFAULT = new Deflate(1024, 6, false, DeflateEncoder.WINDOW_BITS, 128L << 20);

    private static final int MIN_BITS = 8;
    /** Smallest window of a client; zlib cannot write the smallest window of RFC 7692. */
    private static final int MIN_CLIENT_BITS = 9;

    private final int threshold;
    private final int level;
    private final boolean serverTakeover;
    private final int clientBits;
    private final long clientMemory;
    private final DeflateEncoder[] encoders = new DeflateEncoder[DeflateEncoder.WINDOW_BITS + 1];

    private Deflate(int threshold, int level, boolean serverTakeover, int clientBits, long clientMemory) {
        this.threshold = threshold;
        this.level = level;
        this.serverTakeover = serverTakeover;
        this.clientBits = clientBits;
        this.clientMemory = clientMemory;
        for (int bits = MIN_BITS; bits <= DeflateEncoder.WINDOW_BITS; bits++) {
            encoders[bits] = DeflateEncoder.of(threshold, level, bits);
        }
    }

    /** Returns a copy with a minimum message size, in bytes; shorter messages are not compressed. */
    public Deflate threshold(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("threshold: " + bytes + " (expected: >= 0)");
        }
        return new Deflate(bytes, level, serverTakeover, clientBits, clientMemory);
    }

    /** Returns a copy with a compression level, from 1 (fastest) to 9 (smallest output). */
    public Deflate level(int zlib) {
        if (zlib < Deflater.BEST_SPEED || zlib > Deflater.BEST_COMPRESSION) {
            throw new IllegalArgumentException("level: " + zlib + " (expected: 1-9)");
        }
        return new Deflate(threshold, zlib, serverTakeover, clientBits, clientMemory);
    }

    /**
     * Returns a copy that uses context takeover for messages of the server.
     *
     * <p>Messages may then refer to earlier ones, if the client permits it: they become smaller, for about 260 KiB of
     * memory per connection. A broadcast is still compressed once for all connections, without takeover.
     */
    public Deflate serverContextTakeover() {
        return new Deflate(threshold, level, true, clientBits, clientMemory);
    }

    /**
     * Returns a copy that asks clients for a window of 2^bits bytes.
     *
     * <p>Applies to clients that offer {@code client_max_window_bits}. A smaller window takes less memory per client
     * and makes messages a little longer. Off by default, because Netty's clients offer the parameter but fail without
     * jzlib when the server uses it.
     *
     * @param bits window size as a power of two, 9 to 15
     */
    public Deflate clientWindow(int bits) {
        if (bits < MIN_CLIENT_BITS || bits > DeflateEncoder.WINDOW_BITS) {
            throw new IllegalArgumentException("clientWindow: " + bits + " (expected: 9-15)");
        }
        return new Deflate(threshold, level, serverTakeover, bits, clientMemory);
    }

    /**
     * Returns a copy with a memory limit for the windows of clients with context takeover.
     *
     * <p>Applies to all connections of a {@link WsServer} together. A connection reserves its whole window (32 KiB,
     * unless a smaller one was negotiated) when it opens; beyond the limit, connections are accepted without
     * compression.
     *
     * @param bytes total memory, in bytes; at least 0
     */
    public Deflate clientMemory(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("clientMemory: " + bytes + " (expected: >= 0)");
        }
        return new Deflate(threshold, level, serverTakeover, clientBits, bytes);
    }

    int threshold() {
        return threshold;
    }

    int level() {
        return level;
    }

    boolean serverTakeover() {
        return serverTakeover;
    }

    int clientBits() {
        return clientBits;
    }

    /** Returns the memory limit for the windows of clients, in bytes; see {@link #clientMemory(long)}. */
    public long clientMemory() {
        return clientMemory;
    }

    /** Returns the encoder for a window. Connections with the same window share it, and the bytes of broadcasts. */
    DeflateEncoder encoder(int bits) {
        return encoders[bits];
    }
}
