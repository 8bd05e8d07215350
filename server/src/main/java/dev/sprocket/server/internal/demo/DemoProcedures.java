package dev.sprocket.server.internal.demo;

import com.google.gson.JsonElement;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;

/** Unrestricted pub/sub and the procedures {@code add} and {@code echo}; clients may register others. */
@ConcurrentComponent
final class DemoProcedures implements WampComponent {
    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        topic.broadcast(event, audience);
    }

    @Override
    public void onRegister(WampConnection conn, String procedure, MatchPolicy match) {
        if (match.matches(procedure, "add") || match.matches(procedure, "echo")) {
            throw new CallException("wamp.error.procedure_already_exists", procedure + " is registered by the demo");
        }
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        switch (call.procedure()) {
            case "add" -> add(call);
            case "echo" ->
                call.result(call.arguments().size() == 1 ? call.arguments().get(0) : call.arguments());
            default -> WampComponent.super.onCall(conn, call);
        }
    }

    private static void add(Call call) {
        double sum = 0;
        for (JsonElement argument : call.arguments()) {
            if (!argument.isJsonPrimitive() || !argument.getAsJsonPrimitive().isNumber()) {
                call.error("wamp.error.invalid_argument", argument + " (expected: a number)");
                return;
            }
            sum += argument.getAsDouble();
        }
        if (!Double.isFinite(sum)) {
            call.error("wamp.error.invalid_argument", "the sum is too large");
        } else if (sum == Math.rint(sum) && Math.abs(sum) < 1L << 53) {
            call.result((long) sum);
        } else {
            call.result(sum);
        }
    }
}
