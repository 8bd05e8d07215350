package dev.sprocket.bridge.zmq;

import dev.sprocket.core.internal.log.PeerLog;
import java.util.IdentityHashMap;
import java.util.Map;
import zmq.Msg;
import zmq.io.Metadata;
import zmq.io.coder.v1.V1Decoder;
import zmq.msg.MsgAllocator;

/**
 * Limits the number of frames of an incomplete message, which JeroMQ buffers without limit.
 *
 * <p>The I/O thread of JeroMQ drops further frames except the last one, so the message arrives with too many frames and
 * is rejected.
 *
 * <p>Frames of ZMTP 1.0 are dropped, too. It has no greeting, so JeroMQ mistakes HTTP requests for it, and a web page
 * could send a body that contains pushes. Called on the I/O threads of JeroMQ.
 */
final class FrameLimit implements MsgAllocator {
    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    private static final StackWalker CALLER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    /** Maximum number of tracked connections with an incomplete message. */
    private static final int MAX_CONNECTIONS = 4096;

    private final int maxFrames;
    /** Number of frames of the incomplete message, by the metadata object of the connection. */
    private final Map<Metadata, Integer> incomplete = new IdentityHashMap<>();

    FrameLimit(int maxFrames) {
        this.maxFrames = maxFrames;
    }

    @Override
    public Msg allocate(int size) {
        return new Frame(size);
    }

    /** Counts a frame, and reports whether it exceeds the limit. */
    private synchronized boolean isDropped(Metadata connection, boolean hasMore) {
        int count = incomplete.getOrDefault(connection, 0) + 1;
        if (!hasMore) {
            incomplete.remove(connection);
            return false;
        }
        if (count == 1 && incomplete.size() >= MAX_CONNECTIONS) {
            // entries of connections that ended within a message
            incomplete.clear();
        }
        incomplete.put(connection, Math.min(count, maxFrames + 1));
        return count > maxFrames;
    }

    /** Frame that is dropped by declaring it a command, which sessions skip. */
    private final class Frame extends Msg {
        private boolean dropped;
        /** True for ZMTP 2.0 or newer, whose decoder sets the flags of each frame. */
        private boolean versioned;

        Frame(int size) {
            super(size);
        }

        @Override
        public void setFlags(int flags) {
            super.setFlags(flags);
            // the decoder of version 1 sets only the MORE flag
            versioned |= (flags & Msg.MORE) == 0 || CALLER.getCallerClass() != V1Decoder.class;
        }

        /** Called by JeroMQ for each frame, with one object per connection. */
        @Override
        public Msg setMetadata(Metadata metadata) {
            dropped = metadata != null && isDropped(metadata, hasMore());
            return super.setMetadata(metadata);
        }

        @Override
        public boolean isCommand() {
            if (!versioned) {
                LOG.warn(
                        "zmq",
                        "zmq frame dropped, protocol ZMTP 1.0: expected=\"ZMTP 2.0 or newer\" (sent by an HTTP client"
                                + " or a ZeroMQ 2 library; update the client)");
                return true;
            }
            return dropped || super.isCommand();
        }
    }
}
