package dev.sprocket.wamp;

import dev.sprocket.core.Message;
import dev.sprocket.wamp.spi.Serializer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How messages of WAMP v2 travel on some kind of connection.
 *
 * @param batched whether several may come as one: texts end with a record separator, and before bytes is how long they are
 * @param limit how long a message to the client may be, in bytes
 */
record WireFormat(Serializer serializer, boolean batched, int limit) {
    private static final byte SEPARATOR = 0x1e;

    Message toMessage(byte[] bytes, ByteBufAllocator alloc) {
        ByteBuf content = alloc.directBuffer(bytes.length + 4);
        if (batched && serializer.isBinary()) {
            content.writeInt(bytes.length);
        }
        content.writeBytes(bytes);
        if (batched && !serializer.isBinary()) {
            content.writeByte(SEPARATOR);
        }
        return serializer.isBinary() ? Message.binary(content) : Message.text(content);
    }

    /**
     * Hands on each message from a position on, as long as more are taken; returns where the next one begins. Throws {@link
     * WampProtocolException} or {@code SerializationException} at the first that is none.
     */
    int read(byte[] bytes, int start, BooleanSupplier takesMore, Consumer<V2Message> handler) {
        if (!batched) {
            handler.accept(V2Codec.read(serializer, bytes, 0, bytes.length));
            return bytes.length;
        }
        if (bytes.length == 0) {
            throw new WampProtocolException("batch of no messages (expected: one or more)");
        }
        int at = start;
        while (at < bytes.length && takesMore.getAsBoolean()) {
            int from = serializer.isBinary() ? at + 4 : at;
            int to = serializer.isBinary() ? endOfBinaryMessage(bytes, at) : endOfTextMessage(bytes, at);
            handler.accept(V2Codec.read(serializer, bytes, from, to));
            at = serializer.isBinary() ? to : to + 1;
        }
        return at;
    }

    /** Counts the messages of a batch from a position on. */
    int count(byte[] bytes, int start) {
        int messages = 0;
        int at = start;
        try {
            while (batched && at < bytes.length) {
                at = serializer.isBinary() ? endOfBinaryMessage(bytes, at) : endOfTextMessage(bytes, at) + 1;
                messages++;
            }
        } catch (WampProtocolException incomplete) {
            return messages;
        }
        return batched ? messages : 1;
    }

    private static int endOfBinaryMessage(byte[] bytes, int at) {
        long length =
                bytes.length - at < 4 ? Long.MAX_VALUE : ByteBuffer.wrap(bytes).getInt(at) & 0xFFFFFFFFL;
        if (length > bytes.length - at - 4) {
            throw new WampProtocolException("batch that ends within a message");
        }
        return at + 4 + (int) length;
    }

    private static int endOfTextMessage(byte[] bytes, int at) {
        for (int i = at; i < bytes.length; i++) {
            if (bytes[i] == SEPARATOR) {
                return i;
            }
        }
        throw new WampProtocolException("batch that ends without a record separator");
    }
}
