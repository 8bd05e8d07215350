package dev.sprocket.core.internal.json;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonSyntaxException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes Gson reject numbers that the target Java type cannot represent exactly.
 *
 * <p>By default Gson reads 2^63 as the {@code long} 2^63-1, 9007199254740993.0 as 9007199254740992 and 1e300 as an
 * infinite {@code float}. An {@code Object} becomes a {@code Double}, unless the number is an integer that no
 * {@code Double} can represent.
 */
@ThreadSafe
public final class ExactNumbers {
    private interface Conversion {
        Object read(String text);
    }

    private ExactNumbers() {}

    /** Adds the number strategy to a builder and returns it. */
    public static GsonBuilder addTo(GsonBuilder builder) {
        return builder.registerTypeAdapterFactory(new Factory()).setObjectToNumberStrategy(in -> of(in.nextString()));
    }

    /**
     * Returns a double if it represents the number exactly enough. Returns the exact value if a double is a different
     * integer, infinite or zero.
     */
    private static Number of(String text) {
        double near = Double.parseDouble(text);
        BigDecimal exact = exact(text);
        boolean integer = text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
        if (Double.isInfinite(near) || (near == 0 && exact.signum() != 0)) {
            return integer ? (Number) exact.toBigIntegerExact() : exact;
        }
        if (!integer || new BigDecimal(near).compareTo(exact) == 0) {
            return near;
        }
        BigInteger whole = exact.toBigIntegerExact();
        return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
    }

    private static BigDecimal exact(String text) {
        if (text.length() > JsonCursor.MAX_NUMBER) {
            throw new NumberFormatException("number of " + text.length() + " characters");
        }
        return new BigDecimal(text);
    }

    private static @Nullable Conversion conversion(Class<?> type) {
        if (type == Long.class) {
            return text -> exact(text).longValueExact();
        }
        if (type == Integer.class) {
            return text -> exact(text).intValueExact();
        }
        if (type == Short.class) {
            return text -> exact(text).shortValueExact();
        }
        if (type == Byte.class) {
            return text -> exact(text).byteValueExact();
        }
        if (type == Double.class) {
            return text -> {
                double near = Double.parseDouble(text);
                return checked(near, near == 0, text);
            };
        }
        if (type == Float.class) {
            return text -> {
                float near = Float.parseFloat(text);
                return checked(near, near == 0, text);
            };
        }
        return null;
    }

    private static Number checked(Number near, boolean zero, String text) {
        if (!Double.isFinite(near.doubleValue()) || (zero && exact(text).signum() != 0)) {
            throw new ArithmeticException("out of range");
        }
        return near;
    }

    private static final class Factory implements TypeAdapterFactory {
        @Override
        @SuppressWarnings("unchecked") // the conversion is chosen by the type
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            Conversion conversion =
                    conversion(MethodType.methodType(type.getRawType()).wrap().returnType());
            return conversion == null
                    ? null
                    : (TypeAdapter<T>)
                            new ExactAdapter(conversion, gson.getDelegateAdapter(this, (TypeToken<Object>) type));
        }
    }

    private static final class ExactAdapter extends TypeAdapter<@Nullable Object> {
        private final Conversion conversion;
        private final TypeAdapter<Object> delegate;

        ExactAdapter(Conversion conversion, TypeAdapter<Object> delegate) {
            this.conversion = conversion;
            this.delegate = delegate;
        }

        @Override
        public @Nullable Object read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            String path = in.getPath();
            String text = in.nextString();
            try {
                return conversion.read(text);
            } catch (ArithmeticException | NumberFormatException unfit) {
                throw new JsonSyntaxException("number out of range at " + path, unfit);
            }
        }

        @Override
        public void write(JsonWriter out, @Nullable Object value) throws IOException {
            delegate.write(out, value);
        }
    }
}
