package dev.sprocket.wamp;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.websocket.Subprotocols;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An application under WAMP whose procedures and topics are methods of an object:
 *
 * <pre>{@code
 * class Calculator {
 *     @Procedure("com.example.calc.add")
 *     double add(double a, double b) {
 *         return a + b;
 *     }
 *
 *     @Subscribe("com.example.sums")
 *     void heard(WampConnection publisher, Sum sum) { … }
 * }
 * new WampServer(WampMethods.of(new Calculator()))
 * }</pre>
 *
 * <p><b>Procedures.</b> Arguments are read by Gson, in the order of the parameters; a record is the parameter for named
 * arguments. Trailing parameters of type {@code Optional<…>} may be left out, and a variable number is taken by {@code T...}.
 * Arguments that are too few, too many, of the wrong type, or null for a primitive, are answered with {@code
 * wamp.error.invalid_argument} and what was expected. Parameters of type {@link WampConnection} and {@link Call} are the
 * caller and the call. What the method returns is the result: anything that Gson can write, nothing for {@code void} (unless
 * the method takes the {@code Call}, and answers it itself), or later for a {@code CompletionStage}. A {@link CallException}
 * is answered as it is; of any other exception the caller learns nothing but that it failed, the log has the rest, and the
 * connection stays open.
 *
 * <p><b>Topics.</b> The method is called with each event that a client publishes; what the application or a bridge broadcasts
 * does not pass by. Its parameter is the {@link Event}, or what Gson makes of it; {@link WampConnection}, {@link Topic} and
 * {@link Audience} are taken as well. Afterwards the event goes to the topic's subscribers for whom the publisher means it,
 * unless the method returned false: then the method has taken it. An event that does not fit the parameter, or for which the
 * method threw a {@code CallException}, reaches nobody; the publisher receives ERROR if it asked for an acknowledgement, and the
 * log a line otherwise. Any other exception ends the connection, as in every callback.
 *
 * <p>Whatever has no method is the fallback's, if there is one: other procedures and topics, and all other callbacks. Without
 * one, other calls are answered with {@code wamp.error.no_such_procedure}, and other events are refused as those that do not fit.
 *
 * <p>WAMP v2 allows no {@code #} and no white space in URIs: methods that both versions should reach have none.
 *
 * <p>Threads: as the stack around it; methods are called as the callbacks of a component are.
 */
public final class WampMethods implements WampComponent, Subprotocols {
    private final List<Object> delegates;
    private final WampComponent fallback;
    private final Map<String, ProcedureMethod> procedureMethods = new HashMap<>();
    private final Map<String, EventMethod> eventMethods = new HashMap<>();

    private WampMethods(List<Object> parts, WampComponent fallback) {
        this.delegates = parts;
        this.fallback = fallback;
        Object object = parts.get(0);
        AnnotatedMethod.find(object, Procedure.class, Procedure::value, ProcedureMethod.INJECTABLE)
                .forEach((uri, method) -> procedureMethods.put(uri, new ProcedureMethod(method)));
        AnnotatedMethod.find(object, Subscribe.class, Subscribe::value, EventMethod.INJECTABLE)
                .forEach((uri, method) -> eventMethods.put(uri, new EventMethod(method)));
        if (procedureMethods.isEmpty() && eventMethods.isEmpty()) {
            throw new IllegalArgumentException(
                    object.getClass().getName() + " has no annotated method (expected: @Procedure or @Subscribe)");
        }
    }

    /**
     * The methods of an object.
     *
     * @throws IllegalArgumentException if none is annotated, two are for the same URI, or one cannot be called; it is named
     */
    public static WampMethods of(Object object) {
        return new WampMethods(List.of(object), new WampComponent() {});
    }

    /** As above, and a component for everything else. */
    public static WampMethods of(Object object, WampComponent fallback) {
        return new WampMethods(List.of(object, fallback), fallback);
    }

    /** The object, and the fallback if there is one: their classes say whether this may run on several threads. */
    public List<Object> delegates() {
        return delegates;
    }

    /** The fallback's. */
    @Override
    public List<String> subprotocols() {
        return fallback instanceof Subprotocols own ? own.subprotocols() : List.of();
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        ProcedureMethod callee = procedureMethods.get(call.procedure());
        if (callee == null) {
            fallback.onCall(conn, call);
        } else {
            callee.call(conn, call);
        }
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        EventMethod hearer = eventMethods.get(topic.id());
        if (hearer == null) {
            fallback.onPublish(conn, topic, event, audience);
        } else if (hearer.handle(conn, topic, event, audience)) {
            topic.broadcast(event, audience);
        }
    }

    @Override
    public void onOpen(WampConnection conn) throws Exception {
        fallback.onOpen(conn);
    }

    /** What has a method cannot be registered. */
    @Override
    public void onRegister(WampConnection conn, String procedure, MatchPolicy match) throws Exception {
        if (procedureMethods.keySet().stream().anyMatch(own -> match.matches(procedure, own))) {
            throw new CallException(
                    "wamp.error.procedure_already_exists", "procedure " + procedure + " is the server's own");
        }
        fallback.onRegister(conn, procedure, match);
    }

    @Override
    public void onUnregister(WampConnection conn, String procedure) throws Exception {
        fallback.onUnregister(conn, procedure);
    }

    @Override
    public void onSubscribe(WampConnection conn, Topic topic) throws Exception {
        fallback.onSubscribe(conn, topic);
    }

    @Override
    public void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {
        fallback.onUnsubscribe(conn, topic);
    }

    @Override
    public void onError(WampConnection conn, Throwable cause) throws Exception {
        fallback.onError(conn, cause);
    }

    @Override
    public void onClose(WampConnection conn) throws Exception {
        fallback.onClose(conn);
    }
}
