package dev.sprocket.wamp.internal.v2;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends the answers of a call to a WAMP v2 client. */
record V2Reply(V2Output output, long request) implements PendingCall.Reply {
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    @Override
    public boolean result(@Nullable Object data, boolean progress) {
        return result(
                CallArguments.ofV1Json(
                        Surrogates.replaceUnpaired(GSON.toJson(data)).getBytes(StandardCharsets.UTF_8)),
                progress);
    }

    @Override
    public boolean error(String uri, String description, @Nullable Object details) {
        String first = GSON.toJson(description);
        return error(
                uri,
                CallArguments.ofJsonList(
                        details == null ? "[" + first + "]" : "[" + first + "," + GSON.toJson(details) + "]"));
    }

    @Override
    public boolean result(CallArguments arguments, boolean progress) {
        return progress
                ? output.sendProgress(new V2Message.Result(request, Map.of("progress", true), arguments))
                : output.sendReply(request, new V2Message.Result(request, Map.of(), arguments));
    }

    @Override
    public boolean error(String uri, CallArguments arguments) {
        return output.sendReply(
                request, new V2Message.Failed(V2MessageType.CALL.code(), request, Map.of(), uri, arguments));
    }
}
