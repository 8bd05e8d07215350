package dev.sprocket.wamp.internal.serializer;

import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.spi.ByteSlice;
import dev.sprocket.wamp.spi.ValueWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes JSON. */
public final class JsonWriter implements ValueWriter {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    /** True at each depth that is a map. */
    private boolean[] maps = new boolean[8];

    /** Number of items written at each depth, including names of maps. */
    private int[] items = new int[8];

    private int depth;

    /** Writes the separator before a value. */
    private void separate() {
        int written = items[depth]++;
        if (depth > 0 && written > 0) {
            out.write(maps[depth] && written % 2 == 1 ? ':' : ',');
        }
    }

    private ValueWriter open(boolean map) {
        separate();
        out.write(map ? '{' : '[');
        if (++depth == maps.length) {
            maps = java.util.Arrays.copyOf(maps, 2 * depth);
            items = java.util.Arrays.copyOf(items, 2 * depth);
        }
        maps[depth] = map;
        items[depth] = 0;
        return this;
    }

    @Override
    public ValueWriter list(int count) {
        return open(false);
    }

    @Override
    public ValueWriter map(int count) {
        return open(true);
    }

    @Override
    public ValueWriter end() {
        out.write(maps[depth--] ? '}' : ']');
        return this;
    }

    @Override
    public ValueWriter text(String text) {
        separate();
        out.write('"');
        byte[] utf8 = Surrogates.replaceUnpaired(text).getBytes(StandardCharsets.UTF_8);
        int plain = 0;
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
                out.write(utf8, plain, i - plain);
                plain = i + 1;
                escape(b);
            }
        }
        out.write(utf8, plain, utf8.length - plain);
        out.write('"');
        return this;
    }

    private void escape(byte b) {
        out.write('\\');
        if (b == '"' || b == '\\') {
            out.write(b);
        } else if (b == '\n') {
            out.write('n');
        } else {
            out.write('u');
            out.write('0');
            out.write('0');
            out.write(HEX[b >> 4]);
            out.write(HEX[b & 0xF]);
        }
    }

    @Override
    public ValueWriter number(Number number) {
        return literal(JsonReader.numberText(number).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public ValueWriter bool(boolean value) {
        return literal(value ? TRUE : FALSE);
    }

    @Override
    public ValueWriter nullValue() {
        return literal(NULL);
    }

    @Override
    public ValueWriter binary(byte[] bytes) {
        return text("\0" + Base64.getEncoder().encodeToString(bytes));
    }

    @Override
    public ValueWriter raw(ByteSlice value) {
        separate();
        out.write(value.bytes(), value.from(), value.size());
        return this;
    }

    private ValueWriter literal(byte[] value) {
        separate();
        out.writeBytes(value);
        return this;
    }

    @Override
    public byte[] bytes() {
        return out.toByteArray();
    }
}
