package dev.sprocket.wamp;

import dev.sprocket.core.Connection;
import org.jspecify.annotations.Nullable;

/** How the answer of a call gets to its client. */
record V1Reply(Connection to, String callId) implements Call.Reply {
    @Override
    public boolean result(@Nullable Object data) {
        return to.send(V1.callResult(callId, data));
    }

    @Override
    public boolean error(String uri, String description, @Nullable Object details) {
        return to.send(V1.callError(callId, uri, description, details));
    }
}
