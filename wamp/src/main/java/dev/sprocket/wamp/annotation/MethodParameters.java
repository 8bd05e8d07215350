package dev.sprocket.wamp.annotation;

import com.google.gson.JsonElement;
import dev.sprocket.core.internal.reflect.ModuleAccess;
import dev.sprocket.wamp.CallException;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parameters of an annotated method, filled by type or from JSON arguments. */
final class MethodParameters {
    /** Parameter; without an argument type it is injected by its class. */
    private record Slot(Class<?> type, String name, @Nullable ArgumentType argument, boolean optional) {}

    private final List<Slot> slots = new ArrayList<>();
    private final @Nullable Slot varargs;
    private int minArguments;
    private int maxArguments;

    /**
     * Analyzes the parameters.
     *
     * <p>Throws {@link IllegalArgumentException} that names the method if a parameter can be filled in neither way.
     */
    MethodParameters(Method method, Set<Class<?>> injectable) {
        Slot last = null;
        for (Parameter parameter : method.getParameters()) {
            Class<?> type = parameter.getType();
            if (injectable.contains(type)) {
                slots.add(new Slot(type, "", null, false));
                continue;
            }
            maxArguments++;
            String name = "argument " + maxArguments + (parameter.isNamePresent() ? ", " + parameter.getName() : "");
            if (parameter.isVarArgs()) {
                last = slot(method, name, type.getComponentType(), componentType(parameter), false);
                continue;
            }
            boolean optional = type == Optional.class;
            if (!optional && minArguments < maxArguments - 1) {
                throw new IllegalArgumentException(
                        AnnotatedMethod.name(method) + ": " + name + " after an optional one (expected: Optional)");
            }
            minArguments += optional ? 0 : 1;
            slots.add(slot(
                    method,
                    name,
                    type,
                    optional ? optionalType(method, parameter) : parameter.getParameterizedType(),
                    optional));
        }
        varargs = last;
    }

    private static Type componentType(Parameter parameter) {
        return parameter.getParameterizedType() instanceof GenericArrayType array
                ? array.getGenericComponentType()
                : parameter.getType().getComponentType();
    }

    private static Type optionalType(Method method, Parameter parameter) {
        if (parameter.getParameterizedType() instanceof ParameterizedType optional) {
            return optional.getActualTypeArguments()[0];
        }
        throw new IllegalArgumentException(AnnotatedMethod.name(method) + ": Optional (expected: Optional<…>)");
    }

    private static Slot slot(Method method, String name, Class<?> type, Type read, boolean optional) {
        try {
            return new Slot(type, name, new ArgumentType(read), optional);
        } catch (RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    AnnotatedMethod.name(method) + ": " + name + " of " + read.getTypeName() + " (expected: "
                            + ModuleAccess.missingOpens(unreadable, ArgumentType.READERS)
                                    .orElse("a type that Gson can read")
                            + ")",
                    unreadable);
        }
    }

    /** Returns the minimum number of JSON arguments. */
    int minArguments() {
        return minArguments;
    }

    /** Returns the maximum number of JSON arguments. */
    int maxArguments() {
        return varargs == null ? maxArguments : Integer.MAX_VALUE;
    }

    boolean hasType(Class<?> type) {
        return slots.stream().anyMatch(slot -> slot.type == type);
    }

    /** Returns the argument values. Throws {@link CallException} for a wrong number or type. */
    @Nullable
    Object[] resolve(Map<Class<?>, ?> injected, List<JsonElement> json) {
        if (json.size() < minArguments || json.size() > maxArguments()) {
            throw CallException.invalidArgument("arguments: " + json.size() + " (expected: " + count() + ")");
        }
        List<@Nullable Object> values = new ArrayList<>();
        int next = 0;
        for (Slot slot : slots) {
            if (slot.argument == null) {
                values.add(injected.get(slot.type));
                continue;
            }
            Object value = next < json.size() ? slot.argument.read(slot.name, json.get(next)) : null;
            values.add(slot.optional ? Optional.ofNullable(value) : value);
            next++;
        }
        if (varargs != null && varargs.argument != null) {
            Object array = Array.newInstance(varargs.type, json.size() - next);
            for (int i = next; i < json.size(); i++) {
                Array.set(array, i - next, varargs.argument.read("argument " + (i + 1), json.get(i)));
            }
            values.add(array);
        }
        return values.toArray();
    }

    private String count() {
        if (varargs != null) {
            return minArguments + " or more";
        }
        return minArguments == maxArguments ? String.valueOf(minArguments) : minArguments + "-" + maxArguments;
    }
}
