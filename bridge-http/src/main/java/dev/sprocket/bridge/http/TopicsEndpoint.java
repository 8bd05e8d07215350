package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicPatterns;
import dev.sprocket.pubsub.Topics;
import java.util.List;

/** Tells what topics there are, of those that one may push to. */
@ThreadSafe
record TopicsEndpoint(Topics topics) {
    /** How many topics one answer tells of. */
    static final int MOST = 1000;

    HttpResponse all(HttpRequest request, TopicPatterns rules) {
        List<Topic> found = topics.find(request.queryParameter("prefix").orElse("")).stream()
                .filter(topic -> rules.allows(topic.id()))
                .toList();
        JsonArray list = new JsonArray();
        found.stream().limit(MOST).forEach(topic -> list.add(about(topic)));
        JsonObject answer = new JsonObject();
        answer.add("topics", list);
        answer.addProperty("total", found.size());
        answer.addProperty("published", topics.published());
        answer.addProperty("dropped", topics.dropStats().messages());
        answer.addProperty("waiting", topics.pendingBytes());
        return HttpResponse.json(answer + "\n");
    }

    HttpResponse one(String id, TopicPatterns rules) {
        if (!rules.allows(id)) {
            throw new PushRejectedException(403, "topic not allowed (expected: " + rules + ")");
        }
        try {
            return HttpResponse.json(about(topics.topic(id)) + "\n");
        } catch (IllegalArgumentException e) {
            throw new PushRejectedException(400, String.valueOf(e.getMessage()));
        }
    }

    HttpResponse clearRetained(String id, TopicPatterns rules) {
        if (!rules.allows(id)) {
            throw new PushRejectedException(403, "topic not allowed (expected: " + rules + ")");
        }
        JsonObject answer = new JsonObject();
        answer.addProperty("topic", id);
        answer.addProperty("cleared", topics.clearRetained(id));
        return HttpResponse.json(answer + "\n");
    }

    private static JsonObject about(Topic topic) {
        JsonObject about = new JsonObject();
        about.addProperty("topic", topic.id());
        about.addProperty("subscribers", topic.size());
        about.addProperty("published", topic.published());
        about.addProperty("dropped", topic.dropStats().messages());
        return about;
    }
}
