package dev.sprocket.plugin;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * How two parts of a stack fit together: what the outer one calls, and the inner one is. It is to stacks that are built by
 * name what the type parameters are to those that are nested in code.
 *
 * @param component the interface that is called
 * @param connection what it is handed as a connection
 * @param message what it is handed as a message; {@link Void} if the interface has no messages
 */
@Immutable
public record StackType(Class<?> component, Class<? extends Connection> connection, Class<?> message) {
    /** A {@link MessageComponent} of {@link Message}s. */
    public static StackType messages(Class<? extends Connection> connection) {
        return messages(connection, Message.class);
    }

    /** A {@link MessageComponent}. */
    public static StackType messages(Class<? extends Connection> connection, Class<?> message) {
        return new StackType(MessageComponent.class, connection, message);
    }

    /** A component of another kind. */
    public static StackType of(Class<? extends Component<?>> component, Class<? extends Connection> connection) {
        return new StackType(component, connection, Void.class);
    }

    /** Whether a part that needs this can stand where that is given. */
    public boolean fitsInto(StackType given) {
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
