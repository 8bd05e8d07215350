package dev.sprocket.comet;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.core.Message;
import dev.sprocket.http.sse.SseEvent;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes messages of {@link CometServer} as events, and as responses to polls. */
@ThreadSafe
final class CometEncoder {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private CometEncoder() {}

    /** Encodes a message as an event. Binary messages become Base64, text with CR a JSON string. */
    static SseEvent event(String id, CometOutbox.Entry entry) {
        Message message = entry.message;
        SseEvent event;
        if (message.isBinary()) {
            event = SseEvent.of(base64(message)).type("binary");
        } else {
            String text = message.text();
            event = text.indexOf('\r') < 0
                    ? SseEvent.of(text)
                    : SseEvent.of(GSON.toJson(text)).type("json");
        }
        return event.id(id + "." + entry.number);
    }

    /** Encodes a response to a poll: {@code {"id":"…","last":2,"messages":["a","b"]}}. */
    static String pollResponse(String id, long last, List<CometOutbox.Entry> entries, @Nullable String closed) {
        JsonArray messages = new JsonArray();
        for (CometOutbox.Entry entry : entries) {
            if (entry.message.isBinary()) {
                JsonObject binary = new JsonObject();
                binary.addProperty("binary", base64(entry.message));
                messages.add(binary);
            } else {
                messages.add(entry.message.text());
            }
        }
        JsonObject response = new JsonObject();
        response.addProperty("id", id);
        response.addProperty("last", last);
        response.add("messages", messages);
        if (closed != null) {
            response.addProperty("closed", closed);
        }
        return GSON.toJson(response) + "\n";
    }

    private static String base64(Message message) {
        return Base64.getEncoder().encodeToString(message.bytes());
    }
}
