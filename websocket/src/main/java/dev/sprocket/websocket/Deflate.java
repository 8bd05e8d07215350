package dev.sprocket.websocket;

import java.util.zip.Deflater;

/**
 * How messages are compressed, if the client offers permessage-deflate (RFC 7692); see {@link WsServer#compress}.
 *
 * <p>Unless told otherwise no message refers to an earlier one, in either direction: then an idle connection holds no
 * compressor (some 300 KiB with takeover both ways), and a broadcast is compressed once for all. What a message is
 * inflated to counts for {@link WsLimits}.
 *
 * <p>Threads: any; it does not change. Connections share broadcast bytes only if they share this object.
 */
public final class Deflate {
    /** Messages of 1 KiB and more, level 6, no takeover. */
    public static final Deflate DEFAULT = new Deflate(1024, 6, false, false);

    /** The window that zlib works with: 2^15 bytes. */
    static final int WINDOW_BITS = 15;

    private static final int LEAST_BITS = 8;

    private final int threshold;
    private final int level;
    private final boolean serverTakeover;
    private final boolean clientTakeover;
    private final DeflateFraming[] framings = new DeflateFraming[WINDOW_BITS + 1];

    private Deflate(int threshold, int level, boolean serverTakeover, boolean clientTakeover) {
        this.threshold = threshold;
        this.level = level;
        this.serverTakeover = serverTakeover;
        this.clientTakeover = clientTakeover;
        for (int bits = LEAST_BITS; bits <= WINDOW_BITS; bits++) {
            framings[bits] = new DeflateFraming(threshold, level, bits);
        }
    }

    /** The same, for messages of this many bytes and more; what is shorter goes as it is. */
    public Deflate threshold(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("threshold: " + bytes + " (expected: >= 0)");
        }
        return new Deflate(bytes, level, serverTakeover, clientTakeover);
    }

    /** The same, with another level: 1 is fastest, 9 smallest. */
    public Deflate level(int zlib) {
        if (zlib < Deflater.BEST_SPEED || zlib > Deflater.BEST_COMPRESSION) {
            throw new IllegalArgumentException("level: " + zlib + " (expected: 1-9)");
        }
        return new Deflate(threshold, zlib, serverTakeover, clientTakeover);
    }

    /**
     * The same, but messages of the server refer to earlier ones where the client allows it: smaller, for about 260 KiB
     * for each connection. A broadcast is still compressed once for all, by itself.
     */
    public Deflate serverContextTakeover() {
        return new Deflate(threshold, level, true, clientTakeover);
    }

    /** The same, but messages of the client may refer to earlier ones, for about 40 KiB for each connection. */
    public Deflate clientContextTakeover() {
        return new Deflate(threshold, level, serverTakeover, true);
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

    boolean clientTakeover() {
        return clientTakeover;
    }

    /** One object for each window, so that connections with the same one share bytes. */
    DeflateFraming framing(int bits) {
        return framings[bits];
    }
}
