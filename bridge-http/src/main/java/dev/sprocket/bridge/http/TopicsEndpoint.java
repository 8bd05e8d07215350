package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import java.util.List;

/** Lists the topics that a backend may push to, with their counters. */
@ThreadSafe
record TopicsEndpoint(Topics topics) {
    /** Maximum number of topics in one response. */
    static final int MAX_TOPICS = 1000;

    HttpResponse all(HttpRequest request, TopicPatterns rules) {
        List<Topic> found = topics.find(request.queryParameter("prefix").orElse("")).stream()
                .filter(topic -> rules.allows(topic.id()))
                .toList();
        JsonArray list = new JsonArray();
        found.stream().limit(MAX_TOPICS).forEach(topic -> list.add(describe(topic)));
        JsonObject response = new JsonObject();
        response.add("topics", list);
        response.addProperty("total", found.size());
        response.addProperty("published", topics.published());
        response.addProperty("dropped", topics.dropStats().messages());
        response.addProperty("waiting", topics.pendingBytes());
        return HttpResponse.json(response + "\n");
    }

    HttpResponse one(String id, TopicPatterns rules) {
        if (!rules.allows(id)) {
            throw new PushRejectedException(403, "topic not allowed (expected: " + rules + ")");
        }
        try {
            return HttpResponse.json(describe(topics.topic(id)) + "\n");
        } catch (IllegalArgumentException e) {
            throw new PushRejectedException(400, String.valueOf(e.getMessage()));
        }
    }

    HttpResponse clearRetained(String id, TopicPatterns rules) {
        if (!rules.allows(id)) {
            throw new PushRejectedException(403, "topic not allowed (expected: " + rules + ")");
        }
        JsonObject response = new JsonObject();
        response.addProperty("topic", id);
        response.addProperty("cleared", topics.clearRetained(id));
        return HttpResponse.json(response + "\n");
    }

    private static JsonObject describe(Topic topic) {
        JsonObject description = new JsonObject();
        description.addProperty("topic", topic.id());
        description.addProperty("subscribers", topic.size());
        description.addProperty("published", topic.published());
        description.addProperty("dropped", topic.dropStats().messages());
        return description;
    }
}
