package dev.sprocket.core.internal.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import org.jspecify.annotations.Nullable;

/** TLS handler that can encrypt a message without queueing it. Confined to its event loop. */
public interface RecordWriter {
    /**
     * Encrypts the readable bytes of a message, whose indexes do not change.
     *
     * @param message at most 16 KiB
     * @param records buffer to which the records are appended, with room for one more than the message needs
     * @return number of consumed and produced bytes; null if the message must be written to the channel
     */
    @Nullable
    SSLEngineResult encrypt(ByteBuf message, ByteBuffer records);
}
