package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** OpenAPI 3.1 description of the push endpoints. */
@ThreadSafe
final class OpenApi {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private OpenApi() {}

    /**
     * Returns the description as JSON.
     *
     * @param push path of pushes
     * @param topics path of the list of topics, if any
     * @param secured true if requests require credentials
     * @param counting true if responses contain the number of subscribers, false if they only accept pushes
     */
    static String describe(String push, Optional<String> topics, boolean secured, boolean counting) {
        JsonObject all = read();
        JsonObject paths = new JsonObject();
        for (Map.Entry<String, JsonElement> entry :
                Objects.requireNonNull(all.getAsJsonObject("paths")).entrySet()) {
            String path = entry.getKey();
            JsonObject operations = entry.getValue().getAsJsonObject();
            if (path.startsWith("/push")) {
                paths.add(push + path.substring("/push".length()), responses(operations, counting));
            } else if (topics.isPresent()) {
                paths.add(topics.get() + path.substring("/topics".length()), operations);
            }
        }
        all.add("paths", paths);
        if (!secured) {
            all.remove("security");
            all.getAsJsonObject("components").remove("securitySchemes");
        }
        return GSON.toJson(all) + "\n";
    }

    private static JsonObject responses(JsonObject operations, boolean counting) {
        if (operations.has("post")) {
            operations.getAsJsonObject("post").getAsJsonObject("responses").remove(counting ? "202" : "200");
        }
        return operations;
    }

    private static JsonObject read() {
        try (InputStream in = Objects.requireNonNull(OpenApi.class.getResourceAsStream("openapi.json"))) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
