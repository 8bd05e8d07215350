package dev.sprocket.wamp.annotation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import dev.sprocket.core.internal.json.ExactNumbers;
import dev.sprocket.core.internal.reflect.ModuleAccess;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.wamp.CallException;
import java.io.IOException;
import java.io.StringReader;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Type that Gson reads from JSON, with an error message for other JSON. */
final class ArgumentType {
    /** Modules that read annotated methods and their arguments by reflection. */
    static final Module[] READERS = {Gson.class.getModule(), ArgumentType.class.getModule()};

    private static final Gson GSON =
            ExactNumbers.addTo(new GsonBuilder().disableHtmlEscaping()).create();

    private final TypeAdapter<?> adapter;
    private final Class<?> raw;
    private final boolean primitive;
    private final String expected;
    private final Predicate<JsonPrimitive> accepted;

    /** Creates a type. Throws {@link RuntimeException} if Gson cannot read it. */
    ArgumentType(Type type) {
        TypeToken<?> token = TypeToken.get(type);
        this.adapter = GSON.getAdapter(token);
        this.primitive = token.getRawType().isPrimitive();
        this.raw = MethodType.methodType(token.getRawType()).wrap().returnType();
        if (raw.isInterface() && !Collection.class.isAssignableFrom(raw) && !Map.class.isAssignableFrom(raw)) {
            throw new IllegalArgumentException("an interface");
        }
        this.expected = expected(raw);
        this.accepted = accepted(raw);
    }

    /**
     * Checks that Gson may write a result.
     *
     * <p>Throws {@link IllegalArgumentException} that names the method if the type is in a package that is not open.
     */
    static void checkResult(Method method) {
        Type type = method.getGenericReturnType();
        if (type instanceof ParameterizedType later
                && (method.getReturnType() == Optional.class
                        || CompletionStage.class.isAssignableFrom(method.getReturnType()))) {
            type = later.getActualTypeArguments()[0];
        }
        try {
            var unused = GSON.getAdapter(TypeToken.get(type));
        } catch (RuntimeException e) {
            String result = type.getTypeName();
            ModuleAccess.missingOpens(e, READERS).ifPresent(missing -> {
                throw new IllegalArgumentException(
                        AnnotatedMethod.name(method) + ": result of " + result + " (expected: " + missing + ")", e);
            });
        }
    }

    /** Reads a value. Throws {@link CallException} for another type. Null is allowed except for primitives. */
    @Nullable
    Object read(String name, JsonElement json) {
        if (json.isJsonNull() && raw != JsonElement.class && raw != JsonNull.class) {
            if (primitive) {
                throw mismatch(name, json, expected);
            }
            return null;
        }
        if (json instanceof JsonPrimitive value && !accepted.test(value)) {
            throw mismatch(name, json, expected);
        }
        // from text, since reading from the tree truncates 1.5 to an integer
        JsonReader reader = new JsonReader(new StringReader(json.toString()));
        Object read;
        try {
            read = adapter.read(reader);
        } catch (RuntimeException | IOException e) {
            // Gson has already consumed a number that is out of range
            boolean consumed =
                    e.getCause() instanceof ArithmeticException || e.getCause() instanceof NumberFormatException;
            String path = consumed ? reader.getPreviousPath() : reader.getPath();
            throw mismatch(name, json, path.equals("$") ? expected : expected + "; wrong at " + path);
        }
        if (read == null) { // not a constant of the enum
            throw mismatch(name, json, expected);
        }
        return read;
    }

    private static CallException mismatch(String name, JsonElement json, String expected) {
        return CallException.invalidArgument(
                name + ": " + SafeText.excerpt(json.toString(), 100) + " (expected: " + expected + ")");
    }

    /** Returns a check of the JSON type: Gson itself accepts "5" for 5. */
    private static Predicate<JsonPrimitive> accepted(Class<?> raw) {
        if (Number.class.isAssignableFrom(raw)) {
            return JsonPrimitive::isNumber;
        }
        if (raw == Boolean.class) {
            return JsonPrimitive::isBoolean;
        }
        return raw == String.class || raw == Character.class || raw.isEnum() ? JsonPrimitive::isString : any -> true;
    }

    private static String expected(Class<?> raw) {
        if (raw == Byte.class || raw == Short.class || raw == Integer.class || raw == Long.class) {
            return "an integer of " + (raw == Byte.class ? 8 : raw == Short.class ? 16 : raw == Integer.class ? 32 : 64)
                    + " bits";
        }
        if (raw == BigInteger.class) {
            return "an integer";
        }
        if (raw == Float.class || raw == Double.class || raw == BigDecimal.class || raw == Number.class) {
            return "a number";
        }
        if (raw == Boolean.class) {
            return "true or false";
        }
        if (raw == String.class) {
            return "a string";
        }
        if (raw == Character.class) {
            return "a string of one character";
        }
        if (raw.isEnum()) {
            return "one of " + Arrays.toString(raw.getEnumConstants());
        }
        return raw.isArray() || Collection.class.isAssignableFrom(raw) ? "an array" : raw.getSimpleName();
    }
}
