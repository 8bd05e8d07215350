package dev.sprocket.config.internal.listener;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.http.HttpResponse;
import java.util.List;

/**
 * Response to {@code GET /ready}: 200, or 503 with the reason.
 *
 * @param serving false before the start and while connections drain
 * @param failing endpoints and services that are currently recovering
 */
public record Readiness(boolean serving, List<String> failing) {
    HttpResponse response() {
        if (!serving) {
            return HttpResponse.json("{\"status\":\"draining\"}\n").status(503);
        }
        if (failing.isEmpty()) {
            return HttpResponse.json("{\"status\":\"ready\"}\n");
        }
        JsonObject body = new JsonObject();
        body.addProperty("status", "failing");
        JsonArray parts = new JsonArray();
        failing.forEach(parts::add);
        body.add("failing", parts);
        return HttpResponse.json(body + "\n").status(503);
    }
}
