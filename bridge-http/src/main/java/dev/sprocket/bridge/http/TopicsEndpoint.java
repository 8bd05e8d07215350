package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushSender;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Lists the topics that a backend may push to, with their counters. */
@ThreadSafe
record TopicsEndpoint(Topics topics) {
    private static final PeerLog LOG = PeerLog.of(HttpPush.class);

    /** Maximum number of topics in one response. */
    static final int MAX_TOPICS = 1000;

    /** Maximum number of topics that one request asks access control about. */
    static final int MAX_CHECKED = 10_000;

    void all(HttpConnection conn, TopicPatterns rules) {
        HttpRequest request = HttpRequest.of(conn);
        Optional<String> hot = request.queryParameter("hot");
        if (hot.isPresent()) {
            conn.respond(hottest(conn, max(hot.get()), rules));
            return;
        }
        AccessControl accessControl = AccessControl.of(topics);
        List<Topic> visible = topics.find(request.queryParameter("prefix").orElse("")).stream()
                .filter(topic -> rules.allows(topic.id()))
                .limit(MAX_CHECKED)
                .filter(topic -> accessControl.isVisible(PushSender.request(conn, Action.SUBSCRIBE, topic.id())))
                .toList();
        JsonArray list = new JsonArray();
        visible.stream().limit(MAX_TOPICS).forEach(topic -> list.add(describe(topic)));
        JsonObject response = new JsonObject();
        response.add("topics", list);
        response.addProperty("total", visible.size());
        response.addProperty("published", topics.published());
        response.addProperty("dropped", topics.dropStats().messages());
        response.addProperty("waiting", topics.pendingBytes());
        conn.respond(HttpResponse.json(response + "\n"));
    }

    private static int max(String hot) {
        try {
            int max = Integer.parseInt(hot);
            if (max >= 1 && max <= MAX_TOPICS) {
                return max;
            }
        } catch (NumberFormatException notANumber) {
            // answered below
        }
        throw new PushRejectedException(400, "hot=" + SafeText.excerpt(hot) + " (expected: 1-" + MAX_TOPICS + ")");
    }

    /** Returns the topics with the most publishes, the hottest first. */
    private HttpResponse hottest(HttpConnection conn, int max, TopicPatterns rules) {
        JsonArray list = new JsonArray();
        topics.hottest(MAX_TOPICS).entrySet().stream()
                .filter(hot -> rules.allows(hot.getKey()))
                .filter(hot ->
                        AccessControl.of(topics).isVisible(PushSender.request(conn, Action.SUBSCRIBE, hot.getKey())))
                .limit(max)
                .forEach(hot -> {
                    JsonObject one = new JsonObject();
                    one.addProperty("topic", hot.getKey());
                    one.addProperty("publishesPerSecond", Math.round(hot.getValue() * 10) / 10.0);
                    one.addProperty("subscribers", topics.topic(hot.getKey()).size());
                    list.add(one);
                });
        JsonObject response = new JsonObject();
        response.add("topics", list);
        return HttpResponse.json(response + "\n");
    }

    void one(HttpConnection conn, String id, TopicPatterns rules) {
        whenAllowed(conn, Action.SUBSCRIBE, id, rules, () -> HttpResponse.json(describe(topics.topic(id)) + "\n"));
    }

    /** Responds with the events that a topic keeps after a position. */
    void events(HttpConnection conn, String id, TopicPatterns rules) {
        KeptEvents kept = KeptEvents.requested(HttpRequest.of(conn));
        whenAllowed(
                conn,
                Action.SUBSCRIBE,
                id,
                rules,
                () -> HttpResponse.json(kept.read(topics, topics.topic(id), conn) + "\n"));
    }

    void clearEvents(HttpConnection conn, String id, TopicPatterns rules) {
        whenAllowed(conn, Action.PUBLISH, id, rules, () -> {
            JsonObject response = new JsonObject();
            response.addProperty("topic", id);
            response.addProperty("removed", KeptEvents.remove(topics, id));
            return HttpResponse.json(response + "\n");
        });
    }

    void clearRetained(HttpConnection conn, String id, TopicPatterns rules) {
        whenAllowed(conn, Action.PUBLISH, id, rules, () -> {
            JsonObject response = new JsonObject();
            response.addProperty("topic", id);
            response.addProperty("cleared", topics.clearRetained(id));
            return HttpResponse.json(response + "\n");
        });
    }

    /** Responds when access to a topic is decided. */
    private void whenAllowed(
            HttpConnection conn, Action action, String id, TopicPatterns rules, Supplier<HttpResponse> work) {
        if (!rules.allows(id)) {
            throw new PushRejectedException(403, "topic not allowed (expected: " + rules + ")");
        }
        try {
            Topics.checkId(id);
        } catch (IllegalArgumentException e) {
            throw new PushRejectedException(400, String.valueOf(e.getMessage()));
        }
        AccessDecision decision;
        try {
            decision = AccessControl.of(topics).check(PushSender.request(conn, action, id));
        } catch (Exception failure) {
            LOG.warn(conn, "request rejected, authorizer failed: peer={}", conn, failure);
            throw new PushRejectedException(500, "the authorizer failed");
        }
        if (decision instanceof AccessDecision.Later later) {
            later.decision()
                    .thenAccept(
                            made -> CallbackExecutor.run(conn, () -> conn.respond(lateResponse(conn, id, made, work))));
        } else {
            conn.respond(response(id, decision, work));
        }
    }

    /** Returns the response after a late decision, when no caller handles a failure. */
    private static HttpResponse lateResponse(
            HttpConnection conn, String id, AccessDecision decision, Supplier<HttpResponse> work) {
        try {
            return response(id, decision, work);
        } catch (PushRejectedException e) {
            return e.response();
        } catch (RuntimeException failure) {
            LOG.warn(conn, "request failed: peer={}", conn, failure);
            return PushRejectedException.error(500, "failed, see the log");
        }
    }

    private static HttpResponse response(String id, AccessDecision decision, Supplier<HttpResponse> work) {
        return decision instanceof AccessDecision.Allow
                ? work.get()
                : PushResponses.rejected(PushResult.Rejected.ofDenial(id, decision))
                        .response();
    }

    private JsonObject describe(Topic topic) {
        JsonObject description = new JsonObject();
        description.addProperty("topic", topic.id());
        description.addProperty("subscribers", topic.size());
        description.addProperty("published", topic.published());
        description.addProperty("dropped", topic.dropStats().messages());
        KeptEvents.describe(topics, topic, description);
        return description;
    }
}
