package dev.sprocket.wamp.msgpack;

import dev.sprocket.wamp.spi.ByteSlice;
import dev.sprocket.wamp.spi.ValueWriter;
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

/** Writes MessagePack. The size of a list or map whose size is not known is filled in at its end. */
final class MsgpackWriter implements ValueWriter {
    private static final byte LIST_32 = (byte) 0xdd;
    private static final byte MAP_32 = (byte) 0xdf;

    /** Messages are small: the default is 8 KB for each. */
    private static final MessagePack.PackerConfig CONFIG = new MessagePack.PackerConfig().withBufferSize(512);

    private interface Packer {
        void pack() throws IOException;
    }

    /** A list or map that has been begun. */
    private static final class Container {
        /** Where its size is to be; -1 if it is there. */
        final int sizeOffset;

        final boolean map;
        int items;

        Container(int hole, boolean map) {
            this.sizeOffset = hole;
            this.map = map;
        }
    }

    private record SizePatch(int at, int size) {}

    private final MessageBufferPacker out = CONFIG.newBufferPacker();
    private final Deque<Container> open = new ArrayDeque<>();
    private final List<SizePatch> patches = new ArrayList<>(0);

    private ValueWriter value(Packer packing) {
        Container around = open.peek();
        if (around != null) {
            around.items++;
        }
        try {
            packing.pack();
        } catch (IOException impossible) { // it is memory
            throw new UncheckedIOException(impossible);
        }
        return this;
    }

    @Override
    public ValueWriter list(int count) {
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
    public ValueWriter map(int count) {
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
    public ValueWriter end() {
        Container ended = open.pop();
        if (ended.sizeOffset >= 0) {
            patches.add(new SizePatch(ended.sizeOffset, ended.map ? ended.items / 2 : ended.items));
        }
        return this;
    }

    @Override
    public ValueWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return value(() -> {
            out.packRawStringHeader(utf8.length);
            out.writePayload(utf8);
        });
    }

    @Override
    public ValueWriter number(Number number) {
        if (number instanceof BigInteger integer && !fits(integer)) {
            double near = integer.doubleValue();
            boolean exact = !Double.isInfinite(near)
                    && new BigDecimal(near).toBigIntegerExact().equals(integer);
            return exact ? number(near) : text(integer.toString());
        }
        if (number instanceof BigDecimal decimal) {
            double near = decimal.doubleValue();
            return Double.isInfinite(near) || (near == 0 && decimal.signum() != 0)
                    ? text(decimal.toString())
                    : number(near);
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

    /** Whether it is an integer of MessagePack, which has 64 bits with a sign or without. */
    private static boolean fits(BigInteger integer) {
        return integer.bitLength() < Long.SIZE || (integer.signum() > 0 && integer.bitLength() == Long.SIZE);
    }

    @Override
    public ValueWriter bool(boolean value) {
        return value(() -> out.packBoolean(value));
    }

    @Override
    public ValueWriter nullValue() {
        return value(out::packNil);
    }

    @Override
    public ValueWriter binary(byte[] bytes) {
        return value(() -> {
            out.packBinaryHeader(bytes.length);
            out.writePayload(bytes);
        });
    }

    @Override
    public ValueWriter raw(ByteSlice slice) {
        return value(() -> out.writePayload(slice.bytes(), slice.from(), slice.size()));
    }

    @Override
    public byte[] bytes() {
        byte[] all = out.toByteArray();
        patches.forEach(fill -> ByteBuffer.wrap(all).putInt(fill.at, fill.size));
        return all;
    }
}
