package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.core.Message;
import dev.sprocket.http.SseEvent;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How messages look on the wire of {@link CometServer}: as events, and as the answer to a poll. */
@ThreadSafe
final class CometEncoder {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private CometEncoder() {}

    /** What is no text is Base64; a text whose line breaks an event would not keep is a string of JSON. */
    static SseEvent event(String id, CometOutbox.Entry entry) {
        Message message = entry.message;
        SseEvent event;
        if (message.isBinary()) {
            event = SseEvent.of(base64(message)).withType("binary");
        } else {
            String text = message.text();
            event = text.indexOf('\r') < 0
                    ? SseEvent.of(text)
                    : SseEvent.of(GSON.toJson(text)).withType("json");
        }
        return event.withId(id + "." + entry.number);
    }

    /** {@code {"id":"…","last":2,"messages":["a","b"]}}. */
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
        JsonObject answer = new JsonObject();
        answer.addProperty("id", id);
        answer.addProperty("last", last);
        answer.add("messages", messages);
        if (closed != null) {
            answer.addProperty("closed", closed);
        }
        return GSON.toJson(answer) + "\n";
    }

    private static String base64(Message message) {
        return Base64.getEncoder().encodeToString(message.bytes());
    }
}
