package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Serializer.Reader.Token;

/** Decodes and encodes WAMP v2 messages. Payloads stay encoded. */
@ThreadSafe
public final class V2Codec {
    private V2Codec() {}

    /** Decodes a message. Throws {@link WampProtocolException} or {@code SerializationException} if malformed. */
    public static V2Message read(Serializer serializer, byte[] bytes, int from, int to) {
        Serializer.Reader in = serializer.reader(bytes, from, to);
        if (in.next() != Token.LIST) {
            throw new WampProtocolException("not a list (expected: a message)");
        }
        Token first = in.next();
        if (first == Token.END) {
            throw new WampProtocolException("empty message");
        }
        long code = V2ItemReader.integer("message type", in, first);
        V2MessageType type = V2MessageType.of(code);
        if (type == null) {
            throw new WampProtocolException("message type " + code + " (expected: one of WAMP v2)");
        }
        V2ItemReader items = new V2ItemReader(serializer, type, in);
        V2Message message = type.read(items);
        items.expectEnd();
        return message;
    }

    /** Encodes a message. */
    public static byte[] write(Serializer serializer, V2Message message) {
        V2MessageType type = V2MessageType.of(message);
        V2ItemWriter out = new V2ItemWriter(serializer, type);
        type.write(message, out);
        return out.bytes();
    }
}
