package dev.sprocket.wamp.internal.serializer;

import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.spi.Serializer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Writes JSON. */
public final class JsonWriter implements Serializer.Writer {
    /** Maximum size of the buffer while it grows by doubling. */
    private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] out = new byte[128];
    private int size;
    /** True at each depth that is a map. */
    private boolean[] maps = new boolean[8];

    /** Number of items written at each depth, including names of maps. */
    private int[] items = new int[8];

    private int depth;

    private void write(int b) {
        if (size == out.length) {
            grow(1);
        }
        out[size++] = (byte) b;
    }

    private void write(byte[] bytes, int from, int length) {
        if (length > out.length - size) {
            grow(length);
        }
        System.arraycopy(bytes, from, out, size, length);
        size += length;
    }

    private void grow(int length) {
        out = Arrays.copyOf(out, Math.max(Math.addExact(size, length), (int) Math.min(2L * out.length, MAX_SIZE)));
    }

    /** Writes the separator before a value. */
    private void separate() {
        int written = items[depth]++;
        if (depth > 0 && written > 0) {
            write(maps[depth] && written % 2 == 1 ? ':' : ',');
        }
    }

    private Serializer.Writer open(boolean map) {
        separate();
        write(map ? '{' : '[');
        if (++depth == maps.length) {
            maps = Arrays.copyOf(maps, 2 * depth);
            items = Arrays.copyOf(items, 2 * depth);
        }
        maps[depth] = map;
        items[depth] = 0;
        return this;
    }

    @Override
    public Serializer.Writer list(int count) {
        return open(false);
    }

    @Override
    public Serializer.Writer map(int count) {
        return open(true);
    }

    @Override
    public Serializer.Writer end() {
        write(maps[depth--] ? '}' : ']');
        return this;
    }

    @Override
    public Serializer.Writer text(String text) {
        separate();
        write('"');
        byte[] utf8 = Surrogates.replaceUnpaired(text).getBytes(StandardCharsets.UTF_8);
        int plain = 0;
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
                write(utf8, plain, i - plain);
                plain = i + 1;
                escape(b);
            }
        }
        write(utf8, plain, utf8.length - plain);
        write('"');
        return this;
    }

    private void escape(byte b) {
        write('\\');
        if (b == '"' || b == '\\') {
            write(b);
        } else if (b == '\n') {
            write('n');
        } else {
            write('u');
            write('0');
            write('0');
            write(HEX[b >> 4]);
            write(HEX[b & 0xF]);
        }
    }

    @Override
    public Serializer.Writer number(Number number) {
        return literal(JsonReader.numberText(number).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Serializer.Writer bool(boolean value) {
        return literal(value ? TRUE : FALSE);
    }

    @Override
    public Serializer.Writer nullValue() {
        return literal(NULL);
    }

    @Override
    public Serializer.Writer binary(byte[] bytes) {
        return text("\0" + Base64.getEncoder().encodeToString(bytes));
    }

    @Override
    public Serializer.Writer raw(Serializer.Slice value) {
        separate();
        write(value.bytes(), value.from(), value.size());
        return this;
    }

    private Serializer.Writer literal(byte[] value) {
        separate();
        write(value, 0, value.length);
        return this;
    }

    @Override
    public byte[] bytes() {
        return Arrays.copyOf(out, size);
    }
}
