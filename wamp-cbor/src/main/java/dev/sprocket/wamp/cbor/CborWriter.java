package dev.sprocket.wamp.cbor;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.wamp.spi.Serializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes CBOR.
 *
 * <p>Starts and ends of lists and maps are written here, since Jackson counts the items of those that it started,
 * and does not count encoded values.
 */
final class CborWriter implements Serializer.Writer {
    private static final CBORFactory FACTORY = CBORFactory.builder()
            .enable(CBORGenerator.Feature.LENIENT_UTF_ENCODING)
            .enable(CBORGenerator.Feature.ENCODE_USING_STANDARD_NEGATIVE_BIGINT_ENCODING)
            .build();

    private static final int LIST = 4;
    private static final int MAP = 5;
    private static final byte INDEFINITE_LENGTH = 31;
    private static final byte BREAK = (byte) 0xFF;

    private interface Write {
        void run() throws IOException;
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    private final CBORGenerator generator;
    /** For each open list or map, true if it needs an end marker. */
    private final Deque<Boolean> open = new ArrayDeque<>();

    CborWriter() {
        try {
            generator = FACTORY.createGenerator(out);
        } catch (IOException impossible) { // in memory
            throw new UncheckedIOException(impossible);
        }
    }

    @CanIgnoreReturnValue
    private Serializer.Writer value(Write write) {
        try {
            write.run();
        } catch (IOException impossible) { // in memory
            throw new UncheckedIOException(impossible);
        }
        return this;
    }

    private Serializer.Writer open(int type, int count) {
        open.push(count < 0);
        return value(() -> {
            if (count < 0) {
                generator.writeRaw((byte) (type << 5 | INDEFINITE_LENGTH));
            } else if (count < 24) {
                generator.writeRaw((byte) (type << 5 | count));
            } else {
                generator.writeBytes(
                        new byte[] {
                            (byte) (type << 5 | 26),
                            (byte) (count >> 24),
                            (byte) (count >> 16),
                            (byte) (count >> 8),
                            (byte) count
                        },
                        0,
                        5);
            }
        });
    }

    @Override
    public Serializer.Writer list(int count) {
        return open(LIST, count);
    }

    @Override
    public Serializer.Writer map(int count) {
        return open(MAP, count);
    }

    @Override
    public Serializer.Writer end() {
        return open.pop() ? value(() -> generator.writeRaw(BREAK)) : this;
    }

    @Override
    public Serializer.Writer text(String text) {
        return value(() -> generator.writeString(text));
    }

    @Override
    public Serializer.Writer number(Number number) {
        return value(() -> {
            if (number instanceof Double || number instanceof Float) {
                generator.writeNumber(number.doubleValue());
            } else if (number instanceof BigInteger integer) {
                integer(integer);
            } else if (number instanceof BigDecimal decimal) {
                generator.writeNumber(decimal);
            } else {
                generator.writeNumber(number.longValue());
            }
        });
    }

    /** Writes an integer as bignum only beyond 64 bits and a sign (RFC 8949 3.4.3). */
    private void integer(BigInteger integer) throws IOException {
        BigInteger argument = integer.signum() < 0 ? integer.not() : integer;
        if (argument.bitLength() > Long.SIZE) {
            generator.writeNumber(integer);
            return;
        }
        byte[] item = new byte[1 + Long.BYTES];
        item[0] = (byte) (integer.signum() < 0 ? 0x3B : 0x1B);
        ByteBuffer.wrap(item).putLong(1, argument.longValue());
        generator.writeBytes(item, 0, item.length);
    }

    @Override
    public Serializer.Writer bool(boolean value) {
        return value(() -> generator.writeBoolean(value));
    }

    @Override
    public Serializer.Writer nullValue() {
        return value(generator::writeNull);
    }

    @Override
    public Serializer.Writer binary(byte[] bytes) {
        return value(() -> generator.writeBinary(bytes));
    }

    @Override
    public Serializer.Writer raw(Serializer.Slice slice) {
        return value(() -> generator.writeBytes(slice.bytes(), slice.from(), slice.size()));
    }

    @Override
    public byte[] bytes() {
        value(generator::close);
        return out.toByteArray();
    }
}
