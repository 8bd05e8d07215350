package dev.sprocket.websocket;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.buffer.ByteBuf;
import java.util.zip.Deflater;

/**
 * A compressor of one connection's own, which remembers what it has sent (RFC 7692 7.1.1). Confined to the connection's event loop.
 */
final class ContextTakeover {
    private final DeflateEncoder framing;
    private final int level;
    private final Deflater deflater;
    private final SharedFrameDetector shared;
    private boolean ended;

    ContextTakeover(NegotiatedCompression compression, SharedFrameDetector shared) {
        this.framing = compression.framing();
        this.level = compression.options().level();
        this.deflater = DeflaterPool.current().deflater(level);
        this.shared = shared;
    }

    boolean send(Message message, PipelineContext segment) {
        if (ended) {
            return false;
        }
        if (shared.takeSeen()) {
            deflater.reset();
        }
        if (framing.compresses(message)) {
            ByteBuf frame = framing.encode(message, deflater, segment.alloc());
            if (frame != null) {
                return write(frame, segment);
            }
            // it remembers what the peer is now sent as it is, and will not remember
            deflater.reset();
        }
        return write(FrameEncoder.MESSAGE.encode(message, segment.alloc()), segment);
    }

    /** Writes a frame that changes nothing about what the peer remembers. */
    boolean write(ByteBuf frame, PipelineContext segment) {
        shared.ours(true);
        try {
            return segment.write(frame);
        } finally {
            shared.ours(false);
        }
    }

    void end() {
        if (!ended) {
            ended = true;
            DeflaterPool.current().giveBack(deflater, level);
        }
    }
}
