package dev.sprocket.wamp.annotation;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Annotated method that receives published events and may stop them. */
final class EventMethod {
    static final Set<Class<?>> INJECTABLE = Set.of(WampConnection.class, Topic.class, Event.class, Audience.class);

    private final AnnotatedMethod method;
    private final boolean mapped;

    EventMethod(AnnotatedMethod method) {
        this.method = method;
        this.mapped = !method.parameters().hasType(Event.class);
        int events = mapped ? 1 : 0;
        if (method.parameters().minArguments() != events || method.parameters().maxArguments() != events) {
            throw new IllegalArgumentException(method
                    + " (expected: one parameter for the event; and WampConnection, Topic or Audience as needed)");
        }
        if (method.returnType() != void.class && method.returnType() != boolean.class) {
            throw new IllegalArgumentException(
                    method + " returns " + method.returnType().getSimpleName() + " (expected: void or boolean)");
        }
    }

    /** Reports whether the event is broadcast. Throws {@link CallException} if it is refused. */
    boolean handle(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        Map<Class<?>, Object> injected =
                Map.of(WampConnection.class, conn, Topic.class, topic, Event.class, event, Audience.class, audience);
        return !Boolean.FALSE.equals(method.invoke(injected, mapped ? List.of(event.tree()) : List.of()));
    }
}
