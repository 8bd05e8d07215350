package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Message type of WAMP v2: its code and its record class. */
@ThreadSafe
public enum V2MessageType {
    HELLO(1, V2Message.Hello.class),
    WELCOME(2, V2Message.Welcome.class),
    ABORT(3, V2Message.Abort.class),
    CHALLENGE(4, V2Message.Challenge.class),
    AUTHENTICATE(5, V2Message.Authenticate.class),
    GOODBYE(6, V2Message.Goodbye.class),
    ERROR(8, V2Message.Failed.class),
    PUBLISH(16, V2Message.Publish.class),
    PUBLISHED(17, V2Message.Published.class),
    SUBSCRIBE(32, V2Message.Subscribe.class),
    SUBSCRIBED(33, V2Message.Subscribed.class),
    UNSUBSCRIBE(34, V2Message.Unsubscribe.class),
    UNSUBSCRIBED(35, V2Message.Unsubscribed.class),
    EVENT(36, V2Message.Event.class),
    CALL(48, V2Message.Call.class),
    CANCEL(49, V2Message.Cancel.class),
    RESULT(50, V2Message.Result.class),
    REGISTER(64, V2Message.Register.class),
    REGISTERED(65, V2Message.Registered.class),
    UNREGISTER(66, V2Message.Unregister.class),
    UNREGISTERED(67, V2Message.Unregistered.class),
    INVOCATION(68, V2Message.Invocation.class),
    INTERRUPT(69, V2Message.Interrupt.class),
    YIELD(70, V2Message.Yield.class);

    private static final Map<Integer, V2MessageType> BY_CODE =
            Stream.of(values()).collect(Collectors.toMap(V2MessageType::code, Function.identity()));
    private static final Map<Class<?>, V2MessageType> BY_RECORD =
            Stream.of(values()).collect(Collectors.toMap(type -> type.record, Function.identity()));

    /** Item of a message. */
    public record Item(String name, Class<?> type, Method accessor) {}

    private final int code;
    private final Class<?> record;
    private final Item[] items;
    private final Constructor<?> constructor;

    V2MessageType(int code, Class<? extends V2Message> record) {
        this.code = code;
        this.record = record;
        RecordComponent[] components = record.getRecordComponents();
        this.items = Arrays.stream(components)
                .map(c -> new Item(c.getName(), c.getType(), c.getAccessor()))
                .toArray(Item[]::new);
        try {
            this.constructor = record.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns the type of a code; null if unknown. */
    static @Nullable V2MessageType of(long code) {
        return code == (int) code ? BY_CODE.get((int) code) : null;
    }

    public static V2MessageType of(V2Message message) {
        V2MessageType type = BY_RECORD.get(message.getClass());
        if (type == null) {
            throw new IllegalArgumentException(message.getClass().getName());
        }
        return type;
    }

    public int code() {
        return code;
    }

    /** Returns the items after the message type. */
    public Item[] items() {
        return items;
    }

    V2Message create(Object[] values) {
        try {
            return (V2Message) constructor.newInstance(values);
        } catch (InvocationTargetException | InstantiationException | IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static Object value(V2Message message, Item item) {
        try {
            return item.accessor().invoke(message);
        } catch (InvocationTargetException | IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
