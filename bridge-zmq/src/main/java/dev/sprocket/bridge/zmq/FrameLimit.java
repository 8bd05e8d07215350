package dev.sprocket.bridge.zmq;

import java.util.IdentityHashMap;
import java.util.Map;
import zmq.Msg;
import zmq.io.Metadata;
import zmq.msg.MsgAllocator;

/**
 * Limits the frames of an unfinished message, which JeroMQ keeps without limit until the last one has come.
 *
 * <p>Frames past the limit are dropped by JeroMQ's I/O thread, all but the last: the message arrives with more frames than
 * may be, and is refused. Threads: JeroMQ's I/O threads.
 */
final class FrameLimit implements MsgAllocator {
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

        Frame(int size) {
            super(size);
        }

        /** JeroMQ does so for each frame, with one object for each connection, before it hands it to the socket. */
        @Override
        public Msg setMetadata(Metadata metadata) {
            dropped = metadata != null && isDropped(metadata, hasMore());
            return super.setMetadata(metadata);
        }

        @Override
        public boolean isCommand() {
            return dropped || super.isCommand();
        }
    }
}
