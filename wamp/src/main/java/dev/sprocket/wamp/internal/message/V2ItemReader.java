package dev.sprocket.wamp.internal.message;

import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.serializer.ValueTrees;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Serializer.Reader.Token;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the items of one message, in their order.
 *
 * <p>Throws {@link WampProtocolException} for an item that is missing or has the wrong type. Confined to one thread.
 */
final class V2ItemReader {
    private final Serializer serializer;
    private final V2MessageType type;
    private final Serializer.Reader in;
    /** Number of items read so far, with the message type. */
    private int count = 1;
    /** True after the end of the list. */
    private boolean ended;

    V2ItemReader(Serializer serializer, V2MessageType type, Serializer.Reader in) {
        this.serializer = serializer;
        this.type = type;
        this.in = in;
    }

    private Token next(String name) {
        Token token = in.next();
        if (token == Token.END) {
            throw new WampProtocolException(type + " without " + name);
        }
        count++;
        return token;
    }

    /** Reads an id from 1 to 2^53. */
    long id(String name) {
        return integer(name, 1);
    }

    /** Reads an id from 1 to 2^53, or 0. */
    long idOrZero(String name) {
        return integer(name, 0);
    }

    private long integer(String name, int min) {
        long id = integer(name, in, next(name));
        if (id < min || id > WampIds.LARGEST) {
            throw new WampProtocolException(type + " with " + name + " " + id + " (expected: " + min + "-2^53)");
        }
        return id;
    }

    static long integer(String name, Serializer.Reader in, Token token) {
        Long integer = token == Token.NUMBER ? OptionType.integer(in.number()) : null;
        if (integer != null) {
            return integer;
        }
        throw new WampProtocolException(name + " of type " + token + " (expected: an integer)");
    }

    String text(String name) {
        Token token = next(name);
        if (token != Token.TEXT) {
            throw mismatch(name, token, "text");
        }
        String text = in.text();
        if (!Surrogates.arePaired(text)) {
            throw new WampProtocolException(type + ": " + name + " with an unpaired surrogate");
        }
        return text;
    }

    /** Reads a dictionary that may be absent. */
    @Nullable
    Map<String, ?> dictOrNull(String name) {
        Token token = in.next();
        if (token == Token.END) {
            ended = true;
            return null;
        }
        count++;
        return dict(name, token);
    }

    /** Reads a dictionary; null counts as empty. */
    Map<String, ?> dict(String name) {
        return dict(name, next(name));
    }

    private Map<String, ?> dict(String name, Token token) {
        if (token == Token.NULL) {
            return Map.of();
        }
        if (token != Token.MAP) {
            throw mismatch(name, token, "a dictionary");
        }
        return ValueTrees.readDict(in);
    }

    private WampProtocolException mismatch(String name, Token token, String expected) {
        return new WampProtocolException(type + ": " + name + " of type " + token + " (expected: " + expected + ")");
    }

    /**
     * Reads the arguments up to the end of the message.
     *
     * <p>Null counts as absent: several clients write it for omitted arguments.
     */
    CallArguments arguments() {
        Serializer.Slice list = null;
        Serializer.Slice map = null;
        for (int i = 0; i < 2 && !ended; i++) {
            Serializer.Slice slice = in.sliceOrEnd();
            if (slice == null) {
                ended = true;
            } else if (i == 0) {
                list = checked(slice, Token.LIST);
            } else {
                map = checked(slice, Token.MAP);
            }
        }
        if (!ended && in.next() != Token.END) {
            throw new WampProtocolException(type + " with items after its arguments");
        }
        ended = true;
        return list == null && map == null ? CallArguments.EMPTY : new CallArguments(serializer, list, map);
    }

    /** Returns the arguments if they have this type; null if they are null. */
    private Serializer.@Nullable Slice checked(Serializer.Slice slice, Token expected) {
        Token kind = serializer.reader(slice.bytes(), slice.from(), slice.to()).next();
        if (kind == expected) {
            return slice;
        }
        if (kind != Token.NULL) {
            throw new WampProtocolException(
                    type + " with arguments of the kind " + kind + " (expected: a list and a map)");
        }
        return null;
    }

    /** Checks that nothing follows the items. */
    void expectEnd() {
        if (!ended && in.next() != Token.END) {
            throw new WampProtocolException(type + " with more than " + count + " items");
        }
        in.expectEnd();
    }
}
