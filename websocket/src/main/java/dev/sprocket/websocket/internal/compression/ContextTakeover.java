package dev.sprocket.websocket.internal.compression;

import dev.sprocket.core.Message;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.websocket.internal.frame.FrameEncoder;
import io.netty.buffer.ByteBuf;
import java.util.zip.Deflater;

/**
 * Compressor of one connection that may refer to earlier messages (RFC 7692 7.1.1).
 *
 * <p>Confined to the connection's event loop.
 */
public final class ContextTakeover {
    private final DeflateEncoder encoder;
    private final int level;
    private final Deflater deflater;
    private final SharedFrameDetector detector;
    private boolean ended;

    public ContextTakeover(DeflateEncoder encoder, int level, SharedFrameDetector detector) {
        this.encoder = encoder;
        this.level = level;
        this.deflater = DeflaterPool.current().deflater(level);
        this.detector = detector;
    }

    public boolean send(Message message, PipelineContext context) {
        if (ended) {
            return false;
        }
        if (detector.takeSharedFrameSeen()) {
            deflater.reset();
        }
        if (encoder.compresses(message)) {
            ByteBuf frame = encoder.encode(message, deflater, context.alloc());
            if (frame != null) {
                return write(frame, context);
            }
            // the compressor's window contains this message, but the peer's will not: it is sent uncompressed
            deflater.reset();
        }
        return write(FrameEncoder.MESSAGE.encode(message, context.alloc()), context);
    }

    /** Writes a frame of this compressor, or one that does not change the peer's window. */
    public boolean write(ByteBuf frame, PipelineContext context) {
        detector.setWritingOwnFrame(true);
        try {
            return context.write(frame);
        } finally {
            detector.setWritingOwnFrame(false);
        }
    }

    public void end() {
        if (!ended) {
            ended = true;
            DeflaterPool.current().release(deflater, level);
        }
    }
}
