package dev.sprocket.bridge.zmq;

import dev.sprocket.core.spi.PeerLog;
import java.util.IdentityHashMap;
import java.util.Map;
import zmq.Msg;
import zmq.io.Metadata;
import zmq.io.coder.v1.V1Decoder;
import zmq.msg.MsgAllocator;

/**
 * Limits the frames of an unfinished message, which JeroMQ keeps without limit until the last one has come.
 *
 * <p>Frames past the limit are dropped by JeroMQ's I/O thread, all but the last: the message arrives with more frames than
 * may be, and is refused.
 *
 * <p>Frames of ZMTP 1.0 are dropped, too. It has no greeting, so JeroMQ takes an HTTP request for it, whose body a web page
 * can choose such that it holds pushes. Threads: JeroMQ's I/O threads.
 */
final class FrameLimit implements MsgAllocator {
    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    private static final StackWalker CALLER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    /** Connections with an unfinished message that are told apart. */
    private static final int MOST_CONNECTIONS = 4096;

    private final int most;
    /** Frames of the unfinished message, by what JeroMQ knows of a connection. */
    private final Map<Metadata, Integer> unfinished = new IdentityHashMap<>();

    FrameLimit(int most) {
        this.most = most;
    }

    @Override
    public Msg allocate(int size) {
        return new Frame(size);
    }

    /** Whether a frame is one too many. */
    private synchronized boolean isDropped(Metadata connection, boolean hasMore) {
        int count = unfinished.getOrDefault(connection, 0) + 1;
        if (!hasMore) {
            unfinished.remove(connection);
            return false;
        }
        if (count == 1 && unfinished.size() >= MOST_CONNECTIONS) {
            // those that have left in the middle of a message
            unfinished.clear();
        }
        unfinished.put(connection, Math.min(count, most + 1));
        return count > most;
    }

    /** A session passes over commands: that is how a frame is dropped. */
    private final class Frame extends Msg {
        private boolean dropped;
        /** Whether it came by ZMTP 2.0 or newer, whose decoder sets the flags of each frame. */
        private boolean versioned;

        Frame(int size) {
            super(size);
        }

        @Override
        public void setFlags(int flags) {
            super.setFlags(flags);
            // the decoder of version 1 sets the flag of frames that are not the last, and nothing else
            versioned |= (flags & Msg.MORE) == 0 || CALLER.getCallerClass() != V1Decoder.class;
        }

        /** JeroMQ does so for each frame, with one object for each connection, before it hands it to the socket. */
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
                        "frame of ZMTP 1.0 dropped: an HTTP request, or a client older than ZeroMQ 3 (expected: ZMTP"
                                + " 2.0 or newer)");
                return true;
            }
            return dropped || super.isCommand();
        }
    }
}
