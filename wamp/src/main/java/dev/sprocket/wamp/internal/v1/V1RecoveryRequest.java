package dev.sprocket.wamp.internal.v1;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Call of {@code sprocket.position} or {@code sprocket.recover}, with the right to subscribe to its topic.
 *
 * <p>Confined to the thread of its session's callbacks.
 */
final class V1RecoveryRequest extends V1CallRequest {
    /** Procedure that returns the position of the session in a topic. */
    static final String POSITION = "sprocket.position";
    /** Procedure that returns the events of a topic after a position, up to a limit. */
    static final String RECOVER = "sprocket.recover";

    private final V1Session session;
    private final PendingCall call;
    private final RealmRouter realm;
    /** Null if the first argument is no topic. */
    private final @Nullable Topic topic;

    private V1RecoveryRequest(V1Session session, PendingCall call, RealmRouter realm, @Nullable Topic topic) {
        super(session, call, topic == null ? null : Action.SUBSCRIBE, topic == null ? "" : topic.id());
        this.session = session;
        this.call = call;
        this.realm = realm;
        this.topic = topic;
    }

    /** Returns the request of a call of these procedures, or of one of the application. */
    static V1CallRequest of(V1Session session, PendingCall call, Prefixes prefixes) {
        RealmRouter realm = session.realm();
        boolean own = call.procedure().equals(POSITION) || call.procedure().equals(RECOVER);
        return realm != null && own
                ? new V1RecoveryRequest(
                        session, call, realm, topic(realm.settings().topics(), call, prefixes))
                : new V1CallRequest(session, call);
    }

    private static @Nullable Topic topic(Topics topics, PendingCall call, Prefixes prefixes) {
        String name = text(argument(call, 0));
        try {
            return name == null ? null : topics.topic(prefixes.expand(name));
        } catch (IllegalArgumentException invalid) { // answered when it is its turn
            return null;
        }
    }

    @Override
    protected void allowed(WampConnection conn) {
        Topic of = topic;
        if (of == null) {
            throw CallException.invalidArgument(
                    "argument 1 (expected: a topic of 1-" + Topics.MAX_ID_LENGTH + " characters)");
        }
        boolean recovers = call.procedure().equals(RECOVER);
        Position after = recovers ? position(argument(call, 1)) : null;
        int limit = recovers ? limit(argument(call, 2)) : 0;
        MemoryUsage memory = session.memoryUsage();
        memory.reserve(MemoryUsage.Kind.CALLS, call.size(), realm.settings().limits());
        call.whenDone(() -> memory.release(MemoryUsage.Kind.CALLS, call.size()));
        V1Recovery recovery =
                new V1Recovery(session, call, of, realm.settings().topics().log(), after, limit);
        if (recovers) {
            recovery.recover();
        } else {
            recovery.position();
        }
    }

    @Override
    protected void denied(AccessDecision decision) {
        super.denied(decision instanceof AccessDecision.Hide hide ? AccessDecision.deny(hide.reason()) : decision);
    }

    private static JsonElement argument(PendingCall call, int index) {
        List<JsonElement> arguments = call.arguments();
        return index < arguments.size() ? arguments.get(index) : JsonNull.INSTANCE;
    }

    private static @Nullable String text(JsonElement argument) {
        return argument.isJsonPrimitive() && argument.getAsJsonPrimitive().isString() ? argument.getAsString() : null;
    }

    /** Returns the position of an argument; null if the client has none. */
    private static @Nullable Position position(JsonElement argument) {
        String text = text(argument);
        try {
            return argument.isJsonNull() ? null : Position.parse(Objects.requireNonNullElse(text, ""));
        } catch (IllegalArgumentException invalid) {
            throw CallException.invalidArgument("argument 2: " + invalid.getMessage());
        }
    }

    private static int limit(JsonElement argument) {
        if (argument.isJsonNull()) {
            return V1Recovery.MAX_EVENTS;
        }
        double limit =
                argument.isJsonPrimitive() && argument.getAsJsonPrimitive().isNumber() ? argument.getAsDouble() : 0;
        if (limit < 1 || limit != Math.rint(limit)) {
            throw CallException.invalidArgument("argument 3 (expected: a number of events, at least 1)");
        }
        return (int) Math.min(limit, V1Recovery.MAX_EVENTS);
    }
}
