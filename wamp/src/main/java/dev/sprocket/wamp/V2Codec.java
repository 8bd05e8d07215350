package dev.sprocket.wamp;

import dev.sprocket.core.spi.WellFormed;
import dev.sprocket.wamp.spi.Reader;
import dev.sprocket.wamp.spi.Reader.Token;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Slice;
import dev.sprocket.wamp.spi.Writer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages of WAMP v2 from bytes and to bytes. What is not the router's to read stays bytes. Threads: any. */
final class V2Codec {
    private V2Codec() {}

    /** Throws {@link ProtocolError} or {@code WireException} if it is none. */
    static V2Message read(Serializer serializer, byte[] bytes, int from, int to) {
        Reader in = serializer.reader(bytes, from, to);
        if (in.next() != Token.LIST) {
            throw new ProtocolError("no list (expected: a message)");
        }
        Token first = in.next();
        if (first == Token.END) {
            throw new ProtocolError("empty message");
        }
        long code = integer("message type", in, first);
        V2Type type = V2Type.of(code);
        if (type == null) {
            throw new ProtocolError("message type " + code + " (expected: one of WAMP v2)");
        }
        V2Type.Item[] items = type.items();
        Object[] values = new Object[items.length];
        boolean ended = false;
        for (int i = 0; i < items.length; i++) {
            if (items[i].type() == Arguments.class) {
                values[i] = arguments(type, serializer, in);
                ended = true;
            } else {
                values[i] = item(type, items[i], in);
            }
        }
        if (!ended && in.next() != Token.END) {
            throw new ProtocolError(type + " with more than " + (items.length + 1) + " items");
        }
        in.end();
        return type.make(values);
    }

    private static Object item(V2Type type, V2Type.Item item, Reader in) {
        Token token = in.next();
        if (token == Token.END) {
            throw new ProtocolError(type + " without " + item.name());
        }
        if (item.type() == long.class) {
            long id = integer(item.name(), in, token);
            if (id < 1 || id > Ids.LARGEST) {
                throw new ProtocolError(type + " with " + item.name() + " " + id + " (expected: 1-2^53)");
            }
            return id;
        }
        if (item.type() == String.class && token == Token.TEXT) {
            String text = in.text();
            if (!WellFormed.is(text)) {
                throw new ProtocolError(type + ": " + item.name() + " with an unpaired surrogate");
            }
            return text;
        }
        if (item.type() == Map.class && token == Token.NULL) {
            return Map.of();
        }
        Object dict = item.type() == Map.class && token == Token.MAP ? Values.dict(in) : null;
        if (dict == null) {
            throw new ProtocolError(type + ": " + item.name() + " of the kind " + token + " (expected: "
                    + (item.type() == Map.class ? "a dictionary" : "text") + ")");
        }
        return dict;
    }

    private static long integer(String name, Reader in, Token token) {
        Long integer = token == Token.NUMBER ? OptionType.integer(in.number()) : null;
        if (integer != null) {
            return integer;
        }
        throw new ProtocolError(name + " of the kind " + token + " (expected: an integer)");
    }

    /** What is left of the message, and its end. Null counts as absent: several clients write it for what is left out. */
    private static Arguments arguments(V2Type type, Serializer serializer, Reader in) {
        @Nullable Slice[] slices = new Slice[2];
        boolean ended = false;
        for (int i = 0; i < 2 && !ended; i++) {
            Slice slice = in.sliceOrEnd();
            if (slice == null) {
                ended = true;
                continue;
            }
            Token kind =
                    serializer.reader(slice.bytes(), slice.from(), slice.to()).next();
            if (kind == (i == 0 ? Token.LIST : Token.MAP)) {
                slices[i] = slice;
            } else if (kind != Token.NULL) {
                throw new ProtocolError(type + " with arguments of the kind " + kind + " (expected: a list and a map)");
            }
        }
        if (!ended && in.next() != Token.END) {
            throw new ProtocolError(type + " with items behind its arguments");
        }
        return slices[0] == null && slices[1] == null
                ? Arguments.NONE
                : new Arguments(serializer, slices[0], slices[1]);
    }

    /** The message in a serialisation. */
    static byte[] write(Serializer serializer, V2Message message) {
        V2Type type = V2Type.of(message);
        int count = 1;
        for (V2Type.Item item : type.items()) {
            Object value = V2Type.value(message, item);
            count += value instanceof Arguments arguments ? arguments.items() : 1;
        }
        Writer out = serializer.writer().list(count).number((long) type.code());
        for (V2Type.Item item : type.items()) {
            Object value = V2Type.value(message, item);
            if (value instanceof Arguments arguments) {
                arguments.writeTo(out, serializer);
            } else {
                Values.write(out, value);
            }
        }
        return out.end().bytes();
    }
}
