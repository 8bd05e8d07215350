package dev.sprocket.wamp.internal.serializer;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.internal.json.JsonCursor;
import dev.sprocket.core.internal.json.JsonException;
import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads JSON. Numbers and strings are parsed on demand. */
final class JsonReader implements Serializer.Reader {
    /** Beginning of a string that represents bytes. */
    private static final String NUL = "\"\\u0000";

    private final byte[] bytes;
    private final JsonCursor json;
    /** Closing character of the list or map at each depth. */
    private final char[] closing = new char[JsonCursor.MAX_DEPTH + 1];

    private int depth;
    private boolean first;
    /** True between a name and its value in a map. */
    private boolean valueExpected;

    private @Nullable ByteBuf scalar;
    private @Nullable String name;
    private byte @Nullable [] binary;

    JsonReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        ByteBuf text = Unpooled.wrappedBuffer(bytes).setIndex(from, to);
        if (!ByteBufUtil.isText(text, StandardCharsets.UTF_8)) {
            throw new SerializationException("JSON: not UTF-8");
        }
        this.json = new JsonCursor(text);
    }

    @Override
    @CanIgnoreReturnValue
    public Token next() {
        return guarded(this::readToken);
    }

    private static <T extends @Nullable Object> T guarded(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (JsonException e) {
            throw new SerializationException(String.valueOf(e.getMessage()));
        }
    }

    private Token readToken() {
        scalar = null;
        name = null;
        if (depth > 0 && !valueExpected) {
            if (!json.next(closing[depth], first)) {
                depth--;
                first = false;
                return Token.END;
            }
            first = false;
            if (closing[depth] == '}') {
                name = json.name();
                valueExpected = true;
                return Token.TEXT;
            }
        }
        valueExpected = false;
        char mark = json.peek();
        if (mark == '[' || mark == '{') {
            json.open(mark);
            closing[++depth] = mark == '[' ? ']' : '}';
            first = true;
            return mark == '[' ? Token.LIST : Token.MAP;
        }
        ByteBuf value = json.raw();
        scalar = value;
        return switch (mark) {
            case '"' -> isBinary(value) ? Token.BINARY : Token.TEXT;
            case 't' -> Token.TRUE;
            case 'f' -> Token.FALSE;
            case 'n' -> Token.NULL;
            default -> Token.NUMBER;
        };
    }

    private boolean isBinary(ByteBuf string) {
        if (string.readableBytes() < NUL.length()
                || !string.toString(string.readerIndex(), NUL.length(), StandardCharsets.US_ASCII)
                        .equals(NUL)) {
            return false;
        }
        try {
            binary = Base64.getDecoder().decode(new JsonCursor(string).text().substring(1));
            return true;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    @Override
    public int count() {
        return -1;
    }

    @Override
    public Number number() {
        String text = scalar().toString(StandardCharsets.US_ASCII);
        if (text.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            return decimal(text);
        }
        if (text.equals("-0")) {
            return -0.0;
        }
        return text.length() < 19 ? (Number) Long.valueOf(text) : narrow(new BigInteger(text));
    }

    /** Returns the nearest double, or the exact value outside the range of double. */
    private static Number decimal(String text) {
        double near = Double.parseDouble(text);
        boolean zero = near == 0 && new BigDecimal(text).signum() != 0;
        return Double.isInfinite(near) || zero ? (Number) new BigDecimal(text) : near;
    }

    private static Number narrow(BigInteger integer) {
        return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
    }

    @Override
    public String text() {
        return name != null ? name : guarded(() -> new JsonCursor(scalar()).text());
    }

    @Override
    public byte[] binary() {
        return Objects.requireNonNull(binary);
    }

    private ByteBuf scalar() {
        return Objects.requireNonNull(scalar);
    }

    @Override
    public Serializer.@Nullable Slice sliceOrEnd() {
        return guarded(() -> {
            if (depth > 0 && !valueExpected && !json.next(closing[depth], first)) {
                depth--;
                first = false;
                return null;
            }
            first = false;
            valueExpected = false;
            ByteBuf value = json.raw();
            int from = value.arrayOffset();
            return new Serializer.Slice(bytes, from, from + value.readableBytes());
        });
    }

    @Override
    public void expectEnd() {
        guarded(() -> {
            json.end();
            return this;
        });
    }

    /** Returns a number as JSON text; null if it is not finite. */
    static String numberText(Number number) {
        if (number instanceof Double || number instanceof Float) {
            double real = number.doubleValue();
            return Double.isFinite(real) ? Double.toString(real) : "null";
        }
        return number.toString();
    }
}
