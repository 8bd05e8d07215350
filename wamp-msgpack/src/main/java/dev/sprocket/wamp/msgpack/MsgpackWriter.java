package dev.sprocket.wamp.msgpack;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.wamp.spi.Serializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * Writes MessagePack.
 *
 * <p>A list or map of unknown size receives its size at the end.
 */
final class MsgpackWriter implements Serializer.Writer {
    private static final byte LIST_32 = (byte) 0xdd;
    private static final byte MAP_32 = (byte) 0xdf;

    /** Buffers of 512 bytes instead of the default 8 KB, since most messages are small. */
    private static final MessagePack.PackerConfig CONFIG = new MessagePack.PackerConfig().withBufferSize(512);

    private interface Packer {
        void pack() throws IOException;
    }

    /** Open list or map. */
    private static final class Container {
        /** Offset of the size to fill in; -1 if the size is written. */
        final int sizeOffset;

        final boolean map;
        int items;

        Container(int hole, boolean map) {
            this.sizeOffset = hole;
            this.map = map;
        }
    }

    private record SizePatch(int offset, int size) {}

    private final MessageBufferPacker out = CONFIG.newBufferPacker();
    private final Deque<Container> open = new ArrayDeque<>();
    private final List<SizePatch> patches = new ArrayList<>(0);

    @CanIgnoreReturnValue
    private Serializer.Writer value(Packer packer) {
        Container parent = open.peek();
        if (parent != null) {
            parent.items++;
        }
        try {
            packer.pack();
        } catch (IOException impossible) { // in memory
            throw new UncheckedIOException(impossible);
        }
        return this;
    }

    @Override
    public Serializer.Writer list(int count) {
        value(() -> {
            if (count >= 0) {
                out.packArrayHeader(count);
            } else {
                out.writePayload(new byte[] {LIST_32, 0, 0, 0, 0});
            }
        });
        open.push(new Container(count >= 0 ? -1 : (int) out.getTotalWrittenBytes() - 4, false));
        return this;
    }

    @Override
    public Serializer.Writer map(int count) {
        value(() -> {
            if (count >= 0) {
                out.packMapHeader(count);
            } else {
                out.writePayload(new byte[] {MAP_32, 0, 0, 0, 0});
            }
        });
        open.push(new Container(count >= 0 ? -1 : (int) out.getTotalWrittenBytes() - 4, true));
        return this;
    }

    @Override
    public Serializer.Writer end() {
        Container container = open.pop();
        if (container.sizeOffset >= 0) {
            patches.add(new SizePatch(container.sizeOffset, container.map ? container.items / 2 : container.items));
        }
        return this;
    }

    @Override
    public Serializer.Writer text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return value(() -> {
            out.packRawStringHeader(utf8.length);
            out.writePayload(utf8);
        });
    }

    @Override
    public Serializer.Writer number(Number number) {
        if (number instanceof BigInteger integer && !isRepresentable(integer)) {
            double nearest = integer.doubleValue();
            boolean exact = !Double.isInfinite(nearest)
                    && new BigDecimal(nearest).toBigIntegerExact().equals(integer);
            return exact ? number(nearest) : text(integer.toString());
        }
        if (number instanceof BigDecimal decimal) {
            double nearest = decimal.doubleValue();
            return Double.isInfinite(nearest) || (nearest == 0 && decimal.signum() != 0)
                    ? text(decimal.toString())
                    : number(nearest);
        }
        return value(() -> {
            if (number instanceof Double || number instanceof Float) {
                out.packDouble(number.doubleValue());
            } else if (number instanceof BigInteger integer) {
                out.packBigInteger(integer);
            } else {
                out.packLong(number.longValue());
            }
        });
    }

    /** Reports whether MessagePack has the integer: 64 bits, signed or unsigned. */
    private static boolean isRepresentable(BigInteger integer) {
        return integer.bitLength() < Long.SIZE || (integer.signum() > 0 && integer.bitLength() == Long.SIZE);
    }

    @Override
    public Serializer.Writer bool(boolean value) {
        return value(() -> out.packBoolean(value));
    }

    @Override
    public Serializer.Writer nullValue() {
        return value(out::packNil);
    }

    @Override
    public Serializer.Writer binary(byte[] bytes) {
        return value(() -> {
            out.packBinaryHeader(bytes.length);
            out.writePayload(bytes);
        });
    }

    @Override
    public Serializer.Writer raw(Serializer.Slice slice) {
        return value(() -> out.writePayload(slice.bytes(), slice.from(), slice.size()));
    }

    @Override
    public byte[] bytes() {
        byte[] encoded = out.toByteArray();
        patches.forEach(patch -> ByteBuffer.wrap(encoded).putInt(patch.offset, patch.size));
        return encoded;
    }
}
