package dev.sprocket.wamp.internal.message;

import dev.sprocket.core.Message;
import dev.sprocket.wamp.internal.serializer.Serializers;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.Serializer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Serializer, batching and size limit of a WAMP v2 connection.
 *
 * @param serializer serializer of the messages
 * @param batched true if a transport message may contain several: text messages end with a record separator, binary
 *     ones begin with their length
 * @param limit maximum length of a message to the client in bytes
 */
public record WireFormat(Serializer serializer, boolean batched, int limit) {
    private static final byte SEPARATOR = 0x1e;

    /** Returns the wire formats over WebSocket by the name of their subprotocol. */
    public static Map<String, WireFormat> bySubprotocol() {
        Map<String, WireFormat> wireFormats = new LinkedHashMap<>();
        for (Serializer serializer : Serializers.all()) {
            String name = "wamp.2." + serializer.name();
            wireFormats.put(name, new WireFormat(serializer, false, Integer.MAX_VALUE));
            wireFormats.put(name + ".batched", new WireFormat(serializer, true, Integer.MAX_VALUE));
        }
        return wireFormats;
    }

    public Message toMessage(byte[] bytes, ByteBufAllocator alloc) {
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
     * Decodes messages from a position on; returns the position of the next message.
     *
     * <p>Stops when {@code mayContinue} returns false. Throws {@link WampProtocolException} or {@code
     * SerializationException} at the first malformed message.
     */
    public int read(byte[] bytes, int start, BooleanSupplier mayContinue, Consumer<V2Message> handler) {
        if (!batched) {
            handler.accept(V2Codec.read(serializer, bytes, 0, bytes.length));
            return bytes.length;
        }
        if (bytes.length == 0) {
            throw new WampProtocolException("empty batch (expected: one or more messages)");
        }
        int position = start;
        while (position < bytes.length && mayContinue.getAsBoolean()) {
            int from = serializer.isBinary() ? position + 4 : position;
            int to = serializer.isBinary() ? endOfBinaryMessage(bytes, position) : endOfTextMessage(bytes, position);
            handler.accept(V2Codec.read(serializer, bytes, from, to));
            position = serializer.isBinary() ? to : to + 1;
        }
        return position;
    }

    /** Counts the messages of a batch from a position on. */
    public int count(byte[] bytes, int start) {
        int messages = 0;
        int position = start;
        try {
            while (batched && position < bytes.length) {
                position = serializer.isBinary()
                        ? endOfBinaryMessage(bytes, position)
                        : endOfTextMessage(bytes, position) + 1;
                messages++;
            }
        } catch (WampProtocolException incomplete) {
            return messages;
        }
        return batched ? messages : 1;
    }

    private static int endOfBinaryMessage(byte[] bytes, int position) {
        long length = bytes.length - position < 4
                ? Long.MAX_VALUE
                : ByteBuffer.wrap(bytes).getInt(position) & 0xFFFFFFFFL;
        if (length > bytes.length - position - 4) {
            throw new WampProtocolException("incomplete message at the end of a batch");
        }
        return position + 4 + (int) length;
    }

    private static int endOfTextMessage(byte[] bytes, int position) {
        for (int i = position; i < bytes.length; i++) {
            if (bytes[i] == SEPARATOR) {
                return i;
            }
        }
        throw new WampProtocolException("batch without a record separator at its end");
    }
}
