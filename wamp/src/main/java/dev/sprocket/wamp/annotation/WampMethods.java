package dev.sprocket.wamp.annotation;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.websocket.WsServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * WAMP application whose procedures and topics are annotated methods of an object.
 *
 * <pre>{@code
 * class Calculator {
 *     @Procedure("com.example.calc.add")
 *     double add(double a, double b) {
 *         return a + b;
 *     }
 *
 *     @Subscribe("com.example.sums")
 *     void onSum(WampConnection publisher, Sum sum) {}
 * }
 * WampServer server = new WampServer(WampMethods.of(new Calculator()));
 * }</pre>
 *
 * <p><b>Procedures.</b> Gson reads the arguments, in the order of the parameters; a record parameter receives
 * keyword arguments. Trailing parameters of type {@code Optional<…>} may be omitted, and {@code T...} accepts a
 * variable number. Arguments that are too few, too many, of the wrong type, or null for a primitive are answered
 * with {@code wamp.error.invalid_argument} and the expected type. Parameters of type {@link WampConnection} and
 * {@link Call} receive the caller and the call. The return value is the result: any value that Gson can write, no
 * result for {@code void} (unless the method takes the {@code Call} and answers it), or a later result for a {@code
 * CompletionStage}. A {@link CallException} is sent as it is. After any other exception the caller only learns that
 * the procedure failed, the exception is logged, and the connection stays open.
 *
 * <p><b>Topics.</b> The method receives each event that a client publishes, but not the broadcasts of the
 * application or a bridge. Its parameter is the {@link Event}, or a type that Gson can read; {@link WampConnection},
 * {@link Topic} and {@link Audience} are supported as well. Afterwards the event is sent to its audience, unless the
 * method returned false. An event that does not fit the parameter, or for which the method threw a {@code
 * CallException}, is not sent; the publisher receives ERROR if it asked for an acknowledgement, otherwise a line is
 * logged. Any other exception ends the connection, as in every callback.
 *
 * <p>A fallback component handles other procedures and topics, and all other callbacks. Without a fallback, other
 * calls are answered with {@code wamp.error.no_such_procedure}, and other events are refused.
 *
 * <p>WAMP v2 allows no {@code #} and no white space in URIs, so methods for both versions must not use them.
 *
 * <p>In a named module, the packages of the methods and of their arguments and results must be open to this module and
 * to Gson: {@code opens com.example.calc to com.google.gson, dev.sprocket.wamp;}.
 *
 * <p>Methods run on the threads of the surrounding stack, like the callbacks of a component.
 */
public final class WampMethods implements WampComponent, WsServer.Subprotocols {
    private final List<Object> delegates;
    private final WampComponent fallback;
    private final Map<String, ProcedureMethod> procedureMethods = new HashMap<>();
    private final Map<String, EventMethod> eventMethods = new HashMap<>();

    private WampMethods(List<Object> delegates, WampComponent fallback) {
        this.delegates = delegates;
        this.fallback = fallback;
        Object object = delegates.get(0);
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
     * Creates an application of the annotated methods of an object.
     *
     * @throws IllegalArgumentException if no method is annotated, two have the same URI, or one cannot be called;
     *     the message names it
     */
    public static WampMethods of(Object object) {
        return new WampMethods(List.of(object), new WampComponent() {});
    }

    /**
     * Creates an application of annotated methods, with a fallback component for everything else.
     *
     * @throws IllegalArgumentException if no method is annotated, two have the same URI, or one cannot be called;
     *     the message names it
     */
    public static WampMethods of(Object object, WampComponent fallback) {
        return new WampMethods(List.of(object, fallback), fallback);
    }

    /**
     * Returns the object, and the fallback if there is one.
     *
     * <p>Their classes declare the threads on which they may run.
     */
    public List<Object> delegates() {
        return delegates;
    }

    /** Returns the subprotocols of the fallback. */
    @Override
    public List<String> subprotocols() {
        return fallback instanceof WsServer.Subprotocols own ? own.subprotocols() : List.of();
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        ProcedureMethod method = procedureMethods.get(call.procedure());
        if (method == null) {
            fallback.onCall(conn, call);
        } else {
            method.call(conn, call);
        }
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        EventMethod method = eventMethods.get(topic.id());
        if (method == null) {
            fallback.onPublish(conn, topic, event, audience);
        } else if (method.handle(conn, topic, event, audience)) {
            topic.broadcast(event, audience);
        }
    }

    @Override
    public void onOpen(WampConnection conn) throws Exception {
        fallback.onOpen(conn);
    }

    /** Refuses procedures that are methods of the object. */
    @Override
    public void onRegister(WampConnection conn, String procedure, MatchPolicy match) throws Exception {
        if (procedureMethods.keySet().stream().anyMatch(own -> match.matches(procedure, own))) {
            throw new CallException(
                    "wamp.error.procedure_already_exists", "procedure " + procedure + " belongs to the server");
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
