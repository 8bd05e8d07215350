package dev.sprocket.cluster.internal.frame;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.NodeId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handlers of the frames that a node receives, by type.
 *
 * <p>A frame of a type without a handler is ignored and counted: it is of a node of a later version.
 */
@ThreadSafe
public final class Frames {
    private static final Logger LOG = LoggerFactory.getLogger(Frames.class);

    /** Handler of the frames of a type; called in order on the node's executor. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Handles a frame of a node, which may be this one.
         *
         * @param body reader behind the sender
         * @throws FrameException if it is malformed
         */
        void onFrame(NodeId sender, FrameReader body) throws FrameException;
    }

    private final NodeId self;
    private final ConcurrentMap<Integer, Handler> handlers = new ConcurrentHashMap<>();
    private final LongAdder ignored = new LongAdder();

    /** Creates handlers of a node. */
    public Frames(NodeId self) {
        this.self = self;
    }

    /** Returns this node. */
    public NodeId self() {
        return self;
    }

    /**
     * Registers the handler of a type.
     *
     * @throws IllegalStateException if the type has a handler
     */
    public void handle(int type, Handler handler) {
        if (handlers.putIfAbsent(type, handler) != null) {
            throw new IllegalStateException("frame type " + type + " has a handler");
        }
    }

    /** Begins a frame of this node. */
    public FrameWriter begin(int type) {
        return new FrameWriter(type, self);
    }

    /** Calls the handler of a frame. */
    public void dispatch(byte[] frame) {
        int type = -1;
        try {
            FrameReader reader = new FrameReader(frame);
            type = reader.int8();
            Handler handler = handlers.get(type);
            if (handler == null) {
                ignored.increment();
                LOG.debug("frame ignored: type={} bytes={}", type, frame.length);
                return;
            }
            handler.onFrame(reader.node(), reader);
        } catch (FrameException e) {
            ignored.increment();
            LOG.warn(
                    "frame not readable: type={} cause=\"{}\" (do all nodes run compatible versions?)",
                    type,
                    e.getMessage());
        } catch (RuntimeException e) {
            ignored.increment();
            LOG.error("frame not handled: type={}", type, e);
        }
    }

    /** Returns how many frames had no handler, or could not be read. */
    public long ignored() {
        return ignored.sum();
    }
}
