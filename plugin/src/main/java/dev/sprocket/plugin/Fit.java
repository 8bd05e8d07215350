package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * How two parts of a stack fit together: what the outer one calls, and the inner one is. It is to stacks that are built by
 * name what the type parameters are to those that are nested in code.
 *
 * <p>Threads: any; it does not change.
 *
 * @param component the interface that is called
 * @param connection what it is handed as a connection
 * @param message what it is handed as a message; {@link Void} if the interface has no messages
 */
public record Fit(Class<?> component, Class<? extends Connection> connection, Class<?> message) {
    /** A {@link MessageComponent} of {@link Message}s. */
    public static Fit messages(Class<? extends Connection> connection) {
        return messages(connection, Message.class);
    }

    /** A {@link MessageComponent}. */
    public static Fit messages(Class<? extends Connection> connection, Class<?> message) {
        return new Fit(MessageComponent.class, connection, message);
    }

    /** A component of another kind. */
    public static Fit of(Class<? extends Component<?>> component, Class<? extends Connection> connection) {
        return new Fit(component, connection, Void.class);
    }

    /** Whether a part that needs this can stand where that is given. */
    public boolean fitsInto(Fit given) {
        return given.component.isAssignableFrom(component)
                && connection.isAssignableFrom(given.connection)
                && (message.isAssignableFrom(given.message) || message == Object.class);
    }

    /** {@code HttpConnection}; with the message's or the component's kind where that is not the usual one. */
    @Override
    public String toString() {
        String name = connection.getSimpleName();
        if (component != MessageComponent.class) {
            return name + " to a " + component.getSimpleName();
        }
        return message == Message.class || message == Object.class
                ? name
                : name + " with " + message.getSimpleName() + " messages";
    }
}
