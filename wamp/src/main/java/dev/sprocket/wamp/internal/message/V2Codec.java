package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.serializer.ValueTrees;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.ByteSlice;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.ValueReader;
import dev.sprocket.wamp.spi.ValueReader.Token;
import dev.sprocket.wamp.spi.ValueWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes and encodes WAMP v2 messages. Payloads stay encoded. */
@ThreadSafe
public final class V2Codec {
    private V2Codec() {}

    /** Decodes a message. Throws {@link WampProtocolException} or {@code SerializationException} if malformed. */
    public static V2Message read(Serializer serializer, byte[] bytes, int from, int to) {
        ValueReader in = serializer.reader(bytes, from, to);
        if (in.next() != Token.LIST) {
            throw new WampProtocolException("not a list (expected: a message)");
        }
        Token first = in.next();
        if (first == Token.END) {
            throw new WampProtocolException("empty message");
        }
        long code = integer("message type", in, first);
        V2MessageType type = V2MessageType.of(code);
        if (type == null) {
            throw new WampProtocolException("message type " + code + " (expected: one of WAMP v2)");
        }
        V2MessageType.Item[] items = type.items();
        Object[] values = new Object[items.length];
        boolean ended = false;
        for (int i = 0; i < items.length; i++) {
            if (items[i].type() == CallArguments.class) {
                values[i] = arguments(type, serializer, in);
                ended = true;
            } else {
                values[i] = item(type, items[i], in);
            }
        }
        if (!ended && in.next() != Token.END) {
            throw new WampProtocolException(type + " with more than " + (items.length + 1) + " items");
        }
        in.expectEnd();
        return type.create(values);
    }

    private static Object item(V2MessageType type, V2MessageType.Item item, ValueReader in) {
        Token token = in.next();
        if (token == Token.END) {
            throw new WampProtocolException(type + " without " + item.name());
        }
        if (item.type() == long.class) {
            long id = integer(item.name(), in, token);
            if (id < 1 || id > WampIds.LARGEST) {
                throw new WampProtocolException(type + " with " + item.name() + " " + id + " (expected: 1-2^53)");
            }
            return id;
        }
        if (item.type() == String.class && token == Token.TEXT) {
            String text = in.text();
            if (!Surrogates.arePaired(text)) {
                throw new WampProtocolException(type + ": " + item.name() + " with an unpaired surrogate");
            }
            return text;
        }
        if (item.type() == Map.class && token == Token.NULL) {
            return Map.of();
        }
        Object dict = item.type() == Map.class && token == Token.MAP ? ValueTrees.readDict(in) : null;
        if (dict == null) {
            throw new WampProtocolException(type + ": " + item.name() + " of type " + token + " (expected: "
                    + (item.type() == Map.class ? "a dictionary" : "text") + ")");
        }
        return dict;
    }

    private static long integer(String name, ValueReader in, Token token) {
        Long integer = token == Token.NUMBER ? OptionType.integer(in.number()) : null;
        if (integer != null) {
            return integer;
        }
        throw new WampProtocolException(name + " of type " + token + " (expected: an integer)");
    }

    /**
     * Reads the arguments up to the end of the message.
     *
     * <p>Null counts as absent: several clients write it for omitted arguments.
     */
    private static CallArguments arguments(V2MessageType type, Serializer serializer, ValueReader in) {
        @Nullable ByteSlice[] slices = new ByteSlice[2];
        boolean ended = false;
        for (int i = 0; i < 2 && !ended; i++) {
            ByteSlice slice = in.sliceOrEnd();
            if (slice == null) {
                ended = true;
                continue;
            }
            Token kind =
                    serializer.reader(slice.bytes(), slice.from(), slice.to()).next();
            if (kind == (i == 0 ? Token.LIST : Token.MAP)) {
                slices[i] = slice;
            } else if (kind != Token.NULL) {
                throw new WampProtocolException(
                        type + " with arguments of the kind " + kind + " (expected: a list and a map)");
            }
        }
        if (!ended && in.next() != Token.END) {
            throw new WampProtocolException(type + " with items after its arguments");
        }
        return slices[0] == null && slices[1] == null
                ? CallArguments.EMPTY
                : new CallArguments(serializer, slices[0], slices[1]);
    }

    /** Encodes a message. */
    public static byte[] write(Serializer serializer, V2Message message) {
        V2MessageType type = V2MessageType.of(message);
        int count = 1;
        for (V2MessageType.Item item : type.items()) {
            Object value = V2MessageType.value(message, item);
            count += value instanceof CallArguments arguments ? arguments.itemCount() : 1;
        }
        ValueWriter out = serializer.writer().list(count).number((long) type.code());
        for (V2MessageType.Item item : type.items()) {
            Object value = V2MessageType.value(message, item);
            if (value instanceof CallArguments arguments) {
                arguments.writeTo(out, serializer);
            } else {
                ValueTrees.write(out, value);
            }
        }
        return out.end().bytes();
    }
}
