package dev.sprocket.core.spi;

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
 * Makes Gson refuse numbers that a Java type cannot hold, which it would change.
 *
 * <p>Gson reads 2^63 as the {@code long} 2^63-1, 9007199254740993.0 as 9007199254740992 and 1e300 as an infinite {@code float}. An
 * {@code Object} is a {@code Double}, unless the number is an integer that no {@code Double} holds.
 */
@ThreadSafe
public final class ExactNumbers {
    private interface Reading {
        Object read(String text);
    }

    private ExactNumbers() {}

    /** The builder with this added. */
    public static GsonBuilder addTo(GsonBuilder builder) {
        return builder.registerTypeAdapterFactory(new Factory()).setObjectToNumberStrategy(in -> of(in.nextString()));
    }

    /** A number of any type: a double, or the exact value if a double is another integer, infinite, or zero instead. */
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

    private static @Nullable Reading reading(Class<?> type) {
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
        @SuppressWarnings("unchecked") // the reading is chosen by the type
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            Reading reading =
                    reading(MethodType.methodType(type.getRawType()).wrap().returnType());
            return reading == null
                    ? null
                    : (TypeAdapter<T>) new Exact(reading, gson.getDelegateAdapter(this, (TypeToken<Object>) type));
        }
    }

    private static final class Exact extends TypeAdapter<@Nullable Object> {
        private final Reading reading;
        private final TypeAdapter<Object> writing;

        Exact(Reading reading, TypeAdapter<Object> writing) {
            this.reading = reading;
            this.writing = writing;
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
                return reading.read(text);
            } catch (ArithmeticException | NumberFormatException unfit) {
                throw new JsonSyntaxException("number out of range at " + path, unfit);
            }
        }

        @Override
        public void write(JsonWriter out, @Nullable Object value) throws IOException {
            writing.write(out, value);
        }
    }
}
