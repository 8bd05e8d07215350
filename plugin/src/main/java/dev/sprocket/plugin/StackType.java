package dev.sprocket.plugin;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * Type of the interface between two adjacent layers of a stack.
 *
 * <p>It replaces the type parameters of Java for stacks that are built by name.
 *
 * @param component interface that the outer layer calls and the inner component implements
 * @param connection type of the connections passed to it
 * @param message type of the messages passed to it; {@link Void} if the interface has no messages
 */
@Immutable
public record StackType(Class<?> component, Class<? extends Connection> connection, Class<?> message) {
    /** Returns the type of a {@link MessageComponent} of {@link Message}s. */
    public static StackType messages(Class<? extends Connection> connection) {
        return messages(connection, Message.class);
    }

    /** Returns the type of a {@link MessageComponent} of other messages. */
    public static StackType messages(Class<? extends Connection> connection, Class<?> message) {
        return new StackType(MessageComponent.class, connection, message);
    }

    /** Returns the type of a component without messages. */
    public static StackType of(Class<? extends Component<?>> component, Class<? extends Connection> connection) {
        return new StackType(component, connection, Void.class);
    }

    /** Reports whether a component that requires this type fits where {@code provided} is provided. */
    public boolean isSatisfiedBy(StackType provided) {
        return provided.component.isAssignableFrom(component)
                && connection.isAssignableFrom(provided.connection)
                && (message.isAssignableFrom(provided.message) || message == Object.class);
    }

    /** Returns a name such as {@code HttpConnection}, with the message or component type if unusual. */
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
