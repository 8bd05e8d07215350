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
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushSender;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Lists the topics that a backend may push to, with their counters. */
@ThreadSafe
record TopicsEndpoint(Topics topics) {
    private static final PeerLog LOG = PeerLog.of(HttpPush.class);
    private static final EventLog.Subscribers ALONE = new EventLog.Subscribers(Map.of(), 0, 0);

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
        String prefix = request.queryParameter("prefix").orElse("");
        respond(conn, others(MatchPolicy.PREFIX, prefix).thenCompose(counts -> all(conn, prefix, rules, counts)));
    }

    private CompletionStage<HttpResponse> all(
            HttpConnection conn, String prefix, TopicPatterns rules, EventLog.Subscribers counts) {
        AccessControl accessControl = AccessControl.of(topics);
        Set<String> elsewhere = new HashSet<>(counts.subscribers().keySet());
        List<Topic> here = topics.find(prefix);
        here.forEach(topic -> elsewhere.remove(topic.id()));
        List<Topic> visible = Stream.concat(here.stream(), elsewhere.stream().map(topics::topic))
                .sorted(Comparator.comparing(Topic::id))
                .filter(topic -> rules.allows(topic.id()))
                .limit(MAX_CHECKED)
                .filter(topic -> accessControl.isVisible(PushSender.request(conn, Action.SUBSCRIBE, topic.id())))
                .toList();
        JsonObject response = new JsonObject();
        List<CompletableFuture<JsonObject>> described = visible.stream()
                .limit(MAX_TOPICS)
                .map(topic -> describe(topic, counts).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(described.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    JsonArray list = new JsonArray();
                    described.forEach(one -> list.add(one.join()));
                    response.add("topics", list);
                    response.addProperty("total", visible.size());
                    response.addProperty("published", topics.published());
                    response.addProperty("dropped", topics.dropStats().messages());
                    response.addProperty("waiting", topics.pendingBytes());
                    return HttpResponse.json(withNodes(response, counts) + "\n");
                });
    }

    /** Counts the subscribers on other nodes; none without an engine. */
    private CompletionStage<EventLog.Subscribers> others(MatchPolicy match, String topic) {
        return topics.log().isShared()
                ? topics.log().subscribers(match, topic, MAX_TOPICS)
                : CompletableFuture.completedFuture(ALONE);
    }

    /** Adds the number of nodes and of those that have answered, with an engine. */
    private JsonObject withNodes(JsonObject response, EventLog.Subscribers others) {
        if (topics.log().isShared()) {
            response.addProperty("nodes", others.servers() + 1);
            response.addProperty("answered", others.answered() + 1);
        }
        return response;
    }

    /** Responds when a response is known; at once if it is. */
    private static void respond(HttpConnection conn, CompletionStage<HttpResponse> response) {
        CompletableFuture<HttpResponse> known =
                response.exceptionally(failure -> failed(conn, failure)).toCompletableFuture();
        if (known.isDone()) {
            conn.respond(known.join());
        } else {
            known.thenAccept(made -> CallbackExecutor.run(conn, () -> conn.respond(made)));
        }
    }

    private static HttpResponse failed(HttpConnection conn, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof PushRejectedException rejected) {
            return rejected.response();
        }
        if (cause instanceof EventLog.UnavailableException) {
            return new PushRejectedException(503, String.valueOf(cause.getMessage()))
                    .retryAfter(1)
                    .response();
        }
        LOG.warn(conn, "request failed: peer={}", conn, cause);
        return PushRejectedException.error(500, "failed, see the log");
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
        whenAllowed(conn, Action.SUBSCRIBE, id, rules, () -> others(MatchPolicy.EXACT, id)
                .thenCompose(counts -> describe(topics.topic(id), counts)
                        .thenApply(one -> HttpResponse.json(withNodes(one, counts) + "\n"))));
    }

    /** Responds with the events that a topic keeps after a position. */
    void events(HttpConnection conn, String id, TopicPatterns rules) {
        KeptEvents kept = KeptEvents.requested(HttpRequest.of(conn));
        whenAllowed(conn, Action.SUBSCRIBE, id, rules, () -> kept.read(topics, topics.topic(id), conn)
                .thenApply(text -> HttpResponse.json(text + "\n")));
    }

    void clearEvents(HttpConnection conn, String id, TopicPatterns rules) {
        whenAllowed(conn, Action.PUBLISH, id, rules, () -> KeptEvents.remove(topics, id)
                .thenApply(removed -> {
                    JsonObject response = new JsonObject();
                    response.addProperty("topic", id);
                    response.addProperty("removed", removed);
                    return HttpResponse.json(response + "\n");
                }));
    }

    void clearRetained(HttpConnection conn, String id, TopicPatterns rules) {
        whenAllowed(conn, Action.PUBLISH, id, rules, () -> {
            JsonObject response = new JsonObject();
            response.addProperty("topic", id);
            response.addProperty("cleared", topics.clearRetained(id));
            return CompletableFuture.completedFuture(HttpResponse.json(response + "\n"));
        });
    }

    /** Responds when access to a topic is decided. */
    private void whenAllowed(
            HttpConnection conn,
            Action action,
            String id,
            TopicPatterns rules,
            Supplier<CompletionStage<HttpResponse>> work) {
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
                    .thenAccept(made ->
                            CallbackExecutor.run(conn, () -> respond(conn, lateResponse(conn, id, made, work))));
        } else {
            respond(conn, response(id, decision, work));
        }
    }

    /** Returns the response after a late decision, when no caller handles a failure. */
    private static CompletionStage<HttpResponse> lateResponse(
            HttpConnection conn, String id, AccessDecision decision, Supplier<CompletionStage<HttpResponse>> work) {
        try {
            return response(id, decision, work);
        } catch (RuntimeException failure) {
            return CompletableFuture.completedFuture(failed(conn, failure));
        }
    }

    private static CompletionStage<HttpResponse> response(
            String id, AccessDecision decision, Supplier<CompletionStage<HttpResponse>> work) {
        return decision instanceof AccessDecision.Allow
                ? work.get()
                : CompletableFuture.completedFuture(PushResponses.rejected(PushResult.Rejected.ofDenial(id, decision))
                        .response());
    }

    private CompletionStage<JsonObject> describe(Topic topic, EventLog.Subscribers others) {
        JsonObject description = new JsonObject();
        description.addProperty("topic", topic.id());
        description.addProperty(
                "subscribers", topic.size() + others.subscribers().getOrDefault(topic.id(), 0));
        description.addProperty("published", topic.published());
        description.addProperty("dropped", topic.dropStats().messages());
        return KeptEvents.describe(topics, topic, description);
    }
}
