package dev.sprocket.wamp.cbor;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads CBOR. Undefined is read as null; tags are ignored, except those of numbers.
 *
 * <p>Bignums, integer keys and simple values are read here: Jackson reads {@code c241ff} as -1, the integer 2^64-1
 * as the key "-1", and a simple value as an integer.
 */
final class CborReader implements Serializer.Reader {
    private static final CBORFactory FACTORY = CBORFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Serializer.MAX_DEPTH)
                    .build())
            .build();

    private interface IoSupplier<T extends @Nullable Object> {
        T get() throws IOException;
    }

    private final byte[] bytes;
    /** Difference between the index in the array and Jackson's offset. */
    private final int origin;

    private final int to;
    private final CBORParser in;
    private int depth;
    private @Nullable Number number;
    private @Nullable String name;

    CborReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.to = to;
        this.in = guarded(() -> FACTORY.createParser(bytes, from, to - from));
        this.origin = from - (int) in.currentLocation().getByteOffset();
    }

    @CanIgnoreReturnValue
    private static <T extends @Nullable Object> T guarded(IoSupplier<T> supplier) {
        try {
            return supplier.get();
        } catch (IOException | RuntimeException e) {
            if (e instanceof SerializationException known) {
                throw known;
            }
            throw new SerializationException("CBOR: malformed" + parserMessage(e));
        }
    }

    /** Returns Jackson's description of the error, without location and class names. */
    private static String parserMessage(Exception e) {
        String message = e instanceof JacksonException jackson ? jackson.getOriginalMessage() : null;
        return message == null || message.contains("`")
                ? ""
                : ": " + message.lines().findFirst().orElse("");
    }

    @Override
    @CanIgnoreReturnValue
    public Token next() {
        return guarded(this::readToken);
    }

    private Token readToken() throws IOException {
        number = null;
        name = null;
        JsonToken token = in.nextToken();
        if (token == null) {
            throw new SerializationException("CBOR: incomplete");
        }
        return switch (token) {
            case START_ARRAY -> {
                CborHead.of(bytes, start(), to);
                depth++;
                yield Token.LIST;
            }
            case START_OBJECT -> {
                CborHead.of(bytes, start(), to);
                depth++;
                yield Token.MAP;
            }
            case END_ARRAY, END_OBJECT -> {
                depth--;
                yield Token.END;
            }
            case FIELD_NAME -> name();
            case VALUE_STRING -> {
                CborHead.of(bytes, start(), to);
                in.finishToken();
                CborText.check(bytes, start(), position());
                yield Token.TEXT;
            }
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> real();
            case VALUE_TRUE -> Token.TRUE;
            case VALUE_FALSE -> Token.FALSE;
            case VALUE_NULL -> Token.NULL;
            case VALUE_EMBEDDED_OBJECT -> {
                CborHead.of(bytes, start(), to);
                in.finishToken();
                yield in.getEmbeddedObject() instanceof byte[] ? Token.BINARY : Token.NULL;
            }
            default -> throw new SerializationException("CBOR: " + token);
        };
    }

    private Token name() {
        CborHead head = CborHead.of(bytes, start(), to);
        switch (head.type()) {
            case CborHead.TEXT -> CborText.check(bytes, start(), position());
            case CborHead.UNSIGNED, CborHead.NEGATIVE -> name = head.integer().toString();
            default -> throw new SerializationException("CBOR: map key of bytes or a bignum (expected: text)");
        }
        return Token.TEXT;
    }

    private Token integer() throws IOException {
        CborHead head = CborHead.of(bytes, start(), to);
        switch (head.type()) {
            case CborHead.SIMPLE ->
                throw new SerializationException(
                        "CBOR: simple value " + head.simple() + " (expected: false, true, null or undefined)");
            case CborHead.BYTES -> number = narrow(head.bignum());
            default -> {
                Number value = in.getNumberValue();
                number = value instanceof BigInteger integer ? narrow(integer) : (Number) value.longValue();
            }
        }
        return Token.NUMBER;
    }

    private Token real() throws IOException {
        CborHead head = CborHead.of(bytes, start(), to);
        number = head.isDecimal() ? head.decimal() : (Number) in.getDoubleValue();
        return Token.NUMBER;
    }

    private static Number narrow(BigInteger integer) {
        return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
    }

    /** Returns the index of the current token. */
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
        return Objects.requireNonNull(number);
    }

    @Override
    public String text() {
        return name != null ? name : guarded(in::getText);
    }

    @Override
    public byte[] binary() {
        return guarded(in::getBinaryValue);
    }

    @Override
    public Serializer.@Nullable Slice sliceOrEnd() {
        int outerDepth = depth;
        Token token = next();
        if (token == Token.END && depth < outerDepth) {
            return null;
        }
        int start = start();
        while (depth > outerDepth) {
            next();
        }
        return guarded(() -> {
            in.finishToken();
            return new Serializer.Slice(bytes, start, position());
        });
    }

    @Override
    public void expectEnd() {
        if (position() < to) {
            throw new SerializationException("CBOR: trailing bytes");
        }
        guarded(() -> {
            in.close();
            return this;
        });
    }
}
