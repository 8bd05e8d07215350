package dev.sprocket.wamp.internal.v1;

import com.google.gson.JsonElement;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import java.util.List;

/** Message of a WAMP v1 client. */
sealed interface ClientMessage {
    record Prefix(String prefix, String uri) implements ClientMessage {}

    record Subscribe(String topic) implements ClientMessage {}

    record Unsubscribe(String topic) implements ClientMessage {}

    record Publish(String topic, Event event, Audience audience) implements ClientMessage {}

    /** CALL. The id is kept as JSON text, so that the answer has the same type. */
    record Invoke(String callId, String procedure, List<JsonElement> arguments) implements ClientMessage {}
}
