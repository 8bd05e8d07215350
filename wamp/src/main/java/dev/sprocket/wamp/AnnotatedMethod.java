package dev.sprocket.wamp;

import com.google.gson.JsonElement;
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

/** A method of an object that an annotation gives a URI. Threads: as the object's. */
final class AnnotatedMethod {
    private final Object owner;
    private final Method method;
    private final MethodParameters parameters;

    private AnnotatedMethod(Object owner, Method method, Set<Class<?>> atHand) {
        this.owner = owner;
        this.method = method;
        this.parameters = new MethodParameters(method, atHand);
        if (!method.trySetAccessible()) {
            throw new IllegalArgumentException(this
                    + " is not accessible (expected: a public class, or a package that is open to dev.sprocket.wamp)");
        }
    }

    /**
     * The methods of a class and those above it by their URIs. One that is overridden is called as it is overridden, with
     * the annotation that stands lowest.
     *
     * @param atHand the types of parameters that need not be read from JSON
     */
    static <A extends Annotation> Map<String, AnnotatedMethod> find(
            Object owner, Class<A> annotation, Function<A, String> uri, Set<Class<?>> atHand) {
        Map<String, AnnotatedMethod> found = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                A declared = method.isBridge() ? null : method.getAnnotation(annotation);
                if (declared == null || !seen.add(method.getName() + Arrays.toString(method.getParameterTypes()))) {
                    continue;
                }
                AnnotatedMethod mine = new AnnotatedMethod(owner, method, atHand);
                String id = uri.apply(declared);
                if (id.isEmpty()) {
                    throw new IllegalArgumentException(mine + ": no URI in @" + annotation.getSimpleName());
                }
                AnnotatedMethod other = found.put(id, mine);
                if (other != null) {
                    throw new IllegalArgumentException(mine + " and " + other + ": @" + annotation.getSimpleName()
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

    /** Throws {@link CallException} if the arguments do not fit, or whatever the method throws. */
    @Nullable
    Object invoke(Map<Class<?>, ?> atHand, List<JsonElement> arguments) throws Exception {
        try {
            return method.invoke(owner, parameters.resolve(atHand, arguments));
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
