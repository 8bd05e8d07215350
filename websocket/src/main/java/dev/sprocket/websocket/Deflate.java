package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.zip.Deflater;

/**
 * How messages are compressed, if the client offers permessage-deflate (RFC 7692); see {@link WsServer#compress}.
 *
 * <p>Unless told otherwise, no message of the server refers to an earlier one: then an idle connection holds no
 * compressor (some 260 KiB with takeover), and a broadcast is compressed once for all. Whether messages of a client do is the
 * client's choice: the answer names nothing that the client did not offer, as some clients would fail the handshake. What
 * such a client may refer to is up to 32 KiB of memory, taken from {@link #clientMemory} when it connects; without memory
 * left, a connection is not compressed. What a message is inflated to counts for {@link WsLimits}.
 *
 * <p>Connections share broadcast bytes only if they share this object.
 */
@ThreadSafe
public final class Deflate {
    /** The window that zlib works with: 2^15 bytes. */
    static final int WINDOW_BITS = 15;

    /** Messages of 1 KiB and more, level 6, no server takeover, 128 MiB for the windows of clients. */
    public static final Deflate DEFAULT = new Deflate(1024, 6, false, WINDOW_BITS, 128L << 20);

    private static final int LEAST_BITS = 8;
    /** zlib does not write the smallest window. */
    private static final int LEAST_CLIENT_BITS = 9;

    private final int threshold;
    private final int level;
    private final boolean serverTakeover;
    private final int clientBits;
    private final long clientMemory;
    private final DeflateEncoder[] framings = new DeflateEncoder[WINDOW_BITS + 1];

    private Deflate(int threshold, int level, boolean serverTakeover, int clientBits, long clientMemory) {
        this.threshold = threshold;
        this.level = level;
        this.serverTakeover = serverTakeover;
        this.clientBits = clientBits;
        this.clientMemory = clientMemory;
        for (int bits = LEAST_BITS; bits <= WINDOW_BITS; bits++) {
            framings[bits] = new DeflateEncoder(threshold, level, bits);
        }
    }

    /** The same, for messages of this many bytes and more; what is shorter goes as it is. */
    public Deflate threshold(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("threshold: " + bytes + " (expected: >= 0)");
        }
        return new Deflate(bytes, level, serverTakeover, clientBits, clientMemory);
    }

    /** The same, with another level: 1 is fastest, 9 smallest. */
    public Deflate level(int zlib) {
        if (zlib < Deflater.BEST_SPEED || zlib > Deflater.BEST_COMPRESSION) {
            throw new IllegalArgumentException("level: " + zlib + " (expected: 1-9)");
        }
        return new Deflate(threshold, zlib, serverTakeover, clientBits, clientMemory);
    }

    /**
     * The same, but messages of the server refer to earlier ones where the client allows it: smaller, for about 260 KiB
     * for each connection. A broadcast is still compressed once for all, by itself.
     */
    public Deflate serverContextTakeover() {
        return new Deflate(threshold, level, true, clientBits, clientMemory);
    }

    /**
     * The same, but clients that let the server choose are asked for a window of 2^bits bytes: less memory for each, and
     * messages that are a little longer. Not asked for by default: clients on Netty offer it, and fail if they are taken
     * at their word and have no jzlib.
     *
     * @param bits 9 to 15
     */
    public Deflate clientWindow(int bits) {
        if (bits < LEAST_CLIENT_BITS || bits > WINDOW_BITS) {
            throw new IllegalArgumentException("clientWindow: " + bits + " (expected: 9-15)");
        }
        return new Deflate(threshold, level, serverTakeover, bits, clientMemory);
    }

    /**
     * The same, with other memory for the windows of clients whose messages refer to earlier ones, for all connections
     * of a {@link WsServer} together. A connection takes its whole window (32 KiB, if no smaller one was agreed on) when
     * it opens; past the limit, connections are accepted without compression.
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

    /** Bytes for the windows of clients, see {@link #clientMemory(long)}. */
    public long clientMemory() {
        return clientMemory;
    }

    /** One object for each window, so that connections with the same one share bytes. */
    DeflateEncoder framing(int bits) {
        return framings[bits];
    }
}
