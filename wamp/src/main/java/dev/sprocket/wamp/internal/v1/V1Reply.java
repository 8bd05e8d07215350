package dev.sprocket.wamp.internal.v1;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.sprocket.core.Connection;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.message.CallArguments;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends the answers of a call to a WAMP v1 client. */
record V1Reply(Connection conn, String callId) implements PendingCall.Reply {
    @Override
    public boolean result(@Nullable Object data, boolean progress) {
        return !progress && conn.send(V1Messages.callResult(callId, data));
    }

    @Override
    public boolean error(String uri, String description, @Nullable Object details) {
        return conn.send(V1Messages.callError(callId, uri, description, details));
    }

    @Override
    public boolean result(CallArguments arguments, boolean progress) {
        return !progress
                && conn.send(V1Messages.callResultOf(callId, new String(arguments.toV1Json(), StandardCharsets.UTF_8)));
    }

    /**
     * Sends an error of WAMP v2.
     *
     * <p>The description is the first argument if it is a string. The details are all arguments if there are further
     * ones.
     */
    @Override
    public boolean error(String uri, CallArguments arguments) {
        List<JsonElement> list = arguments.jsonList();
        boolean hasDescription = !list.isEmpty()
                && list.get(0).isJsonPrimitive()
                && list.get(0).getAsJsonPrimitive().isString();
        boolean noDetails =
                list.size() <= (hasDescription ? 1 : 0) && arguments.jsonMap().isEmpty();
        return error(
                uri,
                hasDescription ? list.get(0).getAsString() : uri,
                noDetails ? null : JsonParser.parseString(new String(arguments.toV1Json(), StandardCharsets.UTF_8)));
    }
}
