package dev.sprocket.wamp.cbor;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import dev.sprocket.wamp.spi.Reader;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Slice;
import dev.sprocket.wamp.spi.WireException;
import java.io.IOException;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Reads CBOR. Tags are passed over, and what is undefined is null. */
final class CborReader implements Reader {
    private static final CBORFactory FACTORY = CBORFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Serializer.MAX_DEPTH)
                    .build())
            .build();

    private interface Taking<T extends @Nullable Object> {
        T take() throws IOException;
    }

    private final byte[] bytes;
    /** What is to be added to where Jackson says that it is. */
    private final int origin;

    private final int to;
    private final CBORParser in;
    private int depth;

    CborReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.to = to;
        this.in = guarded(() -> FACTORY.createParser(bytes, from, to - from));
        this.origin = from - (int) in.currentLocation().getByteOffset();
    }

    private static <T extends @Nullable Object> T guarded(Taking<T> taking) {
        try {
            return taking.take();
        } catch (IOException | RuntimeException e) {
            if (e instanceof WireException told) {
                throw told;
            }
            throw new WireException("CBOR: " + e.getClass().getSimpleName());
        }
    }

    @Override
    public Token next() {
        return guarded(this::take);
    }

    private Token take() throws IOException {
        JsonToken token = in.nextToken();
        if (token == null) {
            throw new WireException("CBOR: ends too early");
        }
        return switch (token) {
            case START_ARRAY -> {
                depth++;
                yield Token.LIST;
            }
            case START_OBJECT -> {
                depth++;
                yield Token.MAP;
            }
            case END_ARRAY, END_OBJECT -> {
                depth--;
                yield Token.END;
            }
            case FIELD_NAME -> {
                CborText.check(bytes, start(), position());
                yield Token.TEXT;
            }
            case VALUE_STRING -> {
                in.finishToken();
                CborText.check(bytes, start(), position());
                yield Token.TEXT;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Token.NUMBER;
            case VALUE_TRUE -> Token.TRUE;
            case VALUE_FALSE -> Token.FALSE;
            case VALUE_NULL -> Token.NULL;
            case VALUE_EMBEDDED_OBJECT -> {
                in.finishToken();
                yield in.getEmbeddedObject() instanceof byte[] ? Token.BINARY : Token.NULL;
            }
            default -> throw new WireException("CBOR: " + token);
        };
    }

    /** Where the token begins. */
    private int start() {
        return origin + (int) in.currentTokenLocation().getByteOffset();
    }

    private int position() {
        return origin + (int) in.currentLocation().getByteOffset();
    }

    @Override
    public int count() {
        return -1;
    }

    @Override
    public Number number() {
        return guarded(() -> {
            Number number = in.getNumberValue();
            if (number instanceof BigInteger integer) {
                return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
            }
            return in.currentToken() == JsonToken.VALUE_NUMBER_INT ? (Number) number.longValue() : number.doubleValue();
        });
    }

    @Override
    public String text() {
        return guarded(in::getText);
    }

    @Override
    public byte[] binary() {
        return guarded(in::getBinaryValue);
    }

    @Override
    public @Nullable Slice sliceOrEnd() {
        int outer = depth;
        Token token = next();
        if (token == Token.END && depth < outer) {
            return null;
        }
        int start = start();
        while (depth > outer) {
            next();
        }
        return guarded(() -> {
            in.finishToken();
            return new Slice(bytes, start, position());
        });
    }

    @Override
    public void end() {
        if (position() < to) {
            throw new WireException("CBOR: bytes behind the message");
        }
        guarded(() -> {
            in.close();
            return this;
        });
    }
}
