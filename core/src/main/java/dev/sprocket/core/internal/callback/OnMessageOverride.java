package dev.sprocket.core.internal.callback;

import java.lang.reflect.Method;

/** Detects subclasses that override the {@code onMessage} of their base class. */
public final class OnMessageOverride {
    private static final ClassValue<Class<?>> LOWEST = new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> type) {
            for (Class<?> at = type; at != null; at = at.getSuperclass()) {
                if (declares(at)) {
                    return at;
                }
            }
            return Object.class;
        }
    };

    private OnMessageOverride() {}

    /**
     * Reports whether a component, or a superclass below the base class, declares an {@code onMessage}.
     *
     * @param base superclass of the component that implements {@code onMessage}
     */
    public static boolean isIn(Object component, Class<?> base) {
        return LOWEST.get(component.getClass()) != base;
    }

    private static boolean declares(Class<?> type) {
        try {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals("onMessage")) {
                    return true;
                }
            }
            return false;
        } catch (LinkageError unknown) {
            // a method mentions a class that is missing at run time
            return true;
        }
    }
}
