package dev.sprocket.wamp.annotation;

import com.google.gson.JsonElement;
import dev.sprocket.core.internal.reflect.ModuleAccess;
import dev.sprocket.wamp.CallException;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Method of an object with a URI from an annotation.
 *
 * <p>As thread-safe as its object.
 */
final class AnnotatedMethod {
    private final Object owner;
    private final Method method;
    private final MethodParameters parameters;

    private AnnotatedMethod(Object owner, Method method, Set<Class<?>> injectable) {
        this.owner = owner;
        this.method = method;
        if (!method.trySetAccessible()) {
            throw new IllegalArgumentException(name(method) + " is not accessible (expected: "
                    + ModuleAccess.missingOpens(method.getDeclaringClass(), ArgumentType.READERS)
                            .orElse("a public method of a public class")
                    + ")");
        }
        this.parameters = new MethodParameters(method, injectable);
        ArgumentType.checkResult(method);
    }

    /**
     * Returns the annotated methods of an object's class and its superclasses by URI.
     *
     * <p>For an overridden method, the lowest annotation in the hierarchy counts.
     *
     * @param injectable types of parameters that are not read from JSON
     */
    static <A extends Annotation> Map<String, AnnotatedMethod> find(
            Object owner, Class<A> annotation, Function<A, String> uri, Set<Class<?>> injectable) {
        Map<String, AnnotatedMethod> found = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                A declared = method.isBridge() ? null : method.getAnnotation(annotation);
                if (declared == null || !seen.add(method.getName() + Arrays.toString(method.getParameterTypes()))) {
                    continue;
                }
                AnnotatedMethod annotated = new AnnotatedMethod(owner, method, injectable);
                String id = uri.apply(declared);
                if (id.isEmpty()) {
                    throw new IllegalArgumentException(annotated + ": no URI in @" + annotation.getSimpleName());
                }
                AnnotatedMethod other = found.put(id, annotated);
                if (other != null) {
                    throw new IllegalArgumentException(annotated + " and " + other + ": @" + annotation.getSimpleName()
                            + "(\"" + id + "\") (expected: one method for it)");
                }
            }
        }
        return found;
    }

    static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    Class<?> returnType() {
        return method.getReturnType();
    }

    MethodParameters parameters() {
        return parameters;
    }

    /** Calls the method. Throws {@link CallException} if the arguments do not fit, or its exception. */
    @Nullable
    Object invoke(Map<Class<?>, ?> injected, List<JsonElement> arguments) throws Exception {
        try {
            return method.invoke(owner, parameters.resolve(injected, arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception thrown) {
                throw thrown;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    @Override
    public String toString() {
        return name(method);
    }
}
