package dev.sprocket.http.route;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Validates targets of routes whose type is unknown at compile time. */
final class RouteTarget {
    private RouteTarget() {}

    /**
     * Returns an object as a request component. Throws {@link IllegalArgumentException} with the reason if it is none.
     */
    @SuppressWarnings("unchecked")
    static MessageComponent<? super HttpConnection, ? super Message> check(@Nullable Object candidate) {
        if (candidate == null) {
            throw new IllegalArgumentException("null (expected: a component)");
        }
        Class<?> type = candidate.getClass();
        if (!(candidate instanceof MessageComponent<?, ?> component)) {
            throw new IllegalArgumentException(type.getName() + " (expected: a MessageComponent)");
        }
        for (Method method : type.getMethods()) {
            Class<?>[] parameters = method.getParameterTypes();
            boolean callback =
                    method.getName().equals("onOpen") || method.getName().equals("onMessage");
            if (callback && !method.isBridge() && parameters.length > 0 && !accepts(parameters)) {
                throw new IllegalArgumentException(type.getName() + mismatch(parameters));
            }
        }
        return (MessageComponent<? super HttpConnection, ? super Message>) component;
    }

    private static String mismatch(Class<?>[] parameters) {
        Class<?> connection = parameters[0];
        return connection.isAssignableFrom(HttpConnection.class)
                ? " accepts " + parameters[1].getSimpleName()
                        + " messages (expected: Message; wrap it in a layer that converts messages)"
                : " requires " + connection.getSimpleName()
                        + " (expected: HttpConnection; wrap it in a layer such as WsServer)";
    }

    private static boolean accepts(Class<?>[] parameters) {
        return parameters[0].isAssignableFrom(HttpConnection.class)
                && (parameters.length < 2 || parameters[1].isAssignableFrom(Message.class));
    }
}
