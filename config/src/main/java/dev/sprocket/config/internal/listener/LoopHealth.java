package dev.sprocket.config.internal.listener;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * Response to {@code GET /health}: 200, or 503 with the blocked event loops.
 *
 * @param limit time after which a loop that has not run a task is reported
 */
public record LoopHealth(EventLoops loops, Duration limit) implements MessageComponent<HttpConnection, Message> {
    /** Limit that a long collection does not reach. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Creates responses with a limit of 5 s. */
    public LoopHealth(EventLoops loops) {
        this(loops, LIMIT);
    }

    @Override
    public void onOpen(HttpConnection conn) {
        loops.blocked(limit).thenAccept(blocked -> conn.respond(response(blocked)));
    }

    private static HttpResponse response(List<String> blocked) {
        if (blocked.isEmpty()) {
            return HttpResponse.json("{\"status\":\"up\"}\n");
        }
        JsonObject body = new JsonObject();
        body.addProperty("status", "blocked");
        JsonArray names = new JsonArray();
        blocked.forEach(names::add);
        body.add("loops", names);
        return HttpResponse.json(body + "\n").status(503);
    }

    /** Never called, because a request does not upgrade. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}
}
