package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.message.V2Message.Abort;
import dev.sprocket.wamp.internal.message.V2Message.Authenticate;
import dev.sprocket.wamp.internal.message.V2Message.Call;
import dev.sprocket.wamp.internal.message.V2Message.Cancel;
import dev.sprocket.wamp.internal.message.V2Message.Challenge;
import dev.sprocket.wamp.internal.message.V2Message.Event;
import dev.sprocket.wamp.internal.message.V2Message.Failed;
import dev.sprocket.wamp.internal.message.V2Message.Goodbye;
import dev.sprocket.wamp.internal.message.V2Message.Hello;
import dev.sprocket.wamp.internal.message.V2Message.Interrupt;
import dev.sprocket.wamp.internal.message.V2Message.Invocation;
import dev.sprocket.wamp.internal.message.V2Message.Publish;
import dev.sprocket.wamp.internal.message.V2Message.Published;
import dev.sprocket.wamp.internal.message.V2Message.Register;
import dev.sprocket.wamp.internal.message.V2Message.Registered;
import dev.sprocket.wamp.internal.message.V2Message.Result;
import dev.sprocket.wamp.internal.message.V2Message.Subscribe;
import dev.sprocket.wamp.internal.message.V2Message.Subscribed;
import dev.sprocket.wamp.internal.message.V2Message.Unregister;
import dev.sprocket.wamp.internal.message.V2Message.Unregistered;
import dev.sprocket.wamp.internal.message.V2Message.Unsubscribe;
import dev.sprocket.wamp.internal.message.V2Message.Unsubscribed;
import dev.sprocket.wamp.internal.message.V2Message.Welcome;
import dev.sprocket.wamp.internal.message.V2Message.Yield;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Message type of WAMP v2: its code, and how its items are read and written. */
@ThreadSafe
public enum V2MessageType {
    HELLO(1, Hello.class, in -> new Hello(in.text("realm"), in.dict("details")), (m, out) -> out.list(2)
            .text(m.realm())
            .dict(m.details())),
    WELCOME(2, Welcome.class, in -> new Welcome(in.id("session"), in.dict("details")), (m, out) -> out.list(2)
            .id(m.session())
            .dict(m.details())),
    ABORT(3, Abort.class, in -> new Abort(in.dict("details"), in.text("reason"), in.arguments()), (m, out) -> out.list(
                    2, m.arguments())
            .dict(m.details())
            .text(m.reason())
            .arguments(m.arguments())),
    CHALLENGE(4, Challenge.class, in -> new Challenge(in.text("method"), in.dict("extra")), (m, out) -> out.list(2)
            .text(m.method())
            .dict(m.extra())),
    AUTHENTICATE(
            5,
            Authenticate.class,
            in -> new Authenticate(in.text("signature"), in.dict("extra")),
            (m, out) -> out.list(2).text(m.signature()).dict(m.extra())),
    GOODBYE(6, Goodbye.class, in -> new Goodbye(in.dict("details"), in.text("reason")), (m, out) -> out.list(2)
            .dict(m.details())
            .text(m.reason())),
    ERROR(
            8,
            Failed.class,
            in -> new Failed(
                    in.id("requestType"), in.id("request"), in.dict("details"), in.text("error"), in.arguments()),
            (m, out) -> out.list(4, m.arguments())
                    .id(m.requestType())
                    .id(m.request())
                    .dict(m.details())
                    .text(m.error())
                    .arguments(m.arguments())),
    PUBLISH(
            16,
            Publish.class,
            in -> new Publish(in.id("request"), in.dict("options"), in.text("topic"), in.arguments()),
            (m, out) -> out.list(3, m.arguments())
                    .id(m.request())
                    .dict(m.options())
                    .text(m.topic())
                    .arguments(m.arguments())),
    PUBLISHED(17, Published.class, in -> new Published(in.id("request"), in.id("publication")), (m, out) -> out.list(2)
            .id(m.request())
            .id(m.publication())),
    SUBSCRIBE(
            32,
            Subscribe.class,
            in -> new Subscribe(in.id("request"), in.dict("options"), in.text("topic")),
            (m, out) -> out.list(3).id(m.request()).dict(m.options()).text(m.topic())),
    SUBSCRIBED(
            33, Subscribed.class, in -> new Subscribed(in.id("request"), in.id("subscription")), (m, out) -> out.list(2)
                    .id(m.request())
                    .id(m.subscription())),
    UNSUBSCRIBE(
            34,
            Unsubscribe.class,
            in -> new Unsubscribe(in.id("request"), in.id("subscription")),
            (m, out) -> out.list(2).id(m.request()).id(m.subscription())),
    UNSUBSCRIBED(
            35,
            Unsubscribed.class,
            in -> new Unsubscribed(in.idOrZero("request"), in.dictOrNull("details")),
            (m, out) -> idAndDetails(out, m.request(), m.details())),
    EVENT(
            36,
            Event.class,
            in -> new Event(in.id("subscription"), in.id("publication"), in.dict("details"), in.arguments()),
            (m, out) -> out.list(3, m.arguments())
                    .id(m.subscription())
                    .id(m.publication())
                    .dict(m.details())
                    .arguments(m.arguments())),
    CALL(
            48,
            Call.class,
            in -> new Call(in.id("request"), in.dict("options"), in.text("procedure"), in.arguments()),
            (m, out) -> out.list(3, m.arguments())
                    .id(m.request())
                    .dict(m.options())
                    .text(m.procedure())
                    .arguments(m.arguments())),
    CANCEL(49, Cancel.class, in -> new Cancel(in.id("request"), in.dict("options")), (m, out) -> out.list(2)
            .id(m.request())
            .dict(m.options())),
    RESULT(
            50,
            Result.class,
            in -> new Result(in.id("request"), in.dict("details"), in.arguments()),
            (m, out) ->
                    out.list(2, m.arguments()).id(m.request()).dict(m.details()).arguments(m.arguments())),
    REGISTER(
            64,
            Register.class,
            in -> new Register(in.id("request"), in.dict("options"), in.text("procedure")),
            (m, out) -> out.list(3).id(m.request()).dict(m.options()).text(m.procedure())),
    REGISTERED(
            65, Registered.class, in -> new Registered(in.id("request"), in.id("registration")), (m, out) -> out.list(2)
                    .id(m.request())
                    .id(m.registration())),
    UNREGISTER(
            66, Unregister.class, in -> new Unregister(in.id("request"), in.id("registration")), (m, out) -> out.list(2)
                    .id(m.request())
                    .id(m.registration())),
    UNREGISTERED(
            67,
            Unregistered.class,
            in -> new Unregistered(in.idOrZero("request"), in.dictOrNull("details")),
            (m, out) -> idAndDetails(out, m.request(), m.details())),
    INVOCATION(
            68,
            Invocation.class,
            in -> new Invocation(in.id("request"), in.id("registration"), in.dict("details"), in.arguments()),
            (m, out) -> out.list(3, m.arguments())
                    .id(m.request())
                    .id(m.registration())
                    .dict(m.details())
                    .arguments(m.arguments())),
    INTERRUPT(69, Interrupt.class, in -> new Interrupt(in.id("request"), in.dict("options")), (m, out) -> out.list(2)
            .id(m.request())
            .dict(m.options())),
    YIELD(70, Yield.class, in -> new Yield(in.id("request"), in.dict("options"), in.arguments()), (m, out) -> out.list(
                    2, m.arguments())
            .id(m.request())
            .dict(m.options())
            .arguments(m.arguments()));

    private static final @Nullable V2MessageType[] BY_CODE = new @Nullable V2MessageType[71];
    private static final Map<Class<?>, V2MessageType> BY_RECORD =
            Stream.of(values()).collect(Collectors.toMap(V2MessageType::record, Function.identity()));

    static {
        for (V2MessageType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final Class<?> record;
    private final Function<V2ItemReader, V2Message> reader;
    private final BiConsumer<V2Message, V2ItemWriter> writer;

    private static void idAndDetails(V2ItemWriter out, long request, @Nullable Map<String, ?> details) {
        if (details == null) {
            out.list(1).id(request);
        } else {
            out.list(2).id(request).dict(details);
        }
    }

    @SuppressWarnings("unchecked") // a writer receives the records of its type only
    <M extends V2Message> V2MessageType(
            int code, Class<M> record, Function<V2ItemReader, V2Message> reader, BiConsumer<M, V2ItemWriter> writer) {
        this.code = code;
        this.record = record;
        this.reader = reader;
        this.writer = (BiConsumer<V2Message, V2ItemWriter>) writer;
    }

    /** Returns the type of a code; null if unknown. */
    static @Nullable V2MessageType of(long code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[(int) code] : null;
    }

    /** Returns the type of a message. */
    public static V2MessageType of(V2Message message) {
        V2MessageType type = BY_RECORD.get(message.getClass());
        if (type == null) {
            throw new IllegalArgumentException(message.getClass().getName());
        }
        return type;
    }

    /** Returns the code of the type in messages. */
    public int code() {
        return code;
    }

    /** Returns the class of messages of this type. */
    Class<?> record() {
        return record;
    }

    /** Reads a message of this type after its type. */
    V2Message read(V2ItemReader in) {
        return reader.apply(in);
    }

    /** Writes a message of this type. */
    void write(V2Message message, V2ItemWriter out) {
        writer.accept(message, out);
    }
}
