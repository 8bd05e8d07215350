package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.Immutable;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Request for the events that a topic keeps.
 *
 * @param after position of the last event that the client has
 * @param limit maximum number of events
 */
@Immutable
record KeptEvents(Position after, int limit) {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    /** Maximum size of the events in a response, in bytes. */
    private static final int MAX_BYTES = 1 << 20;

    /** Reads the parameters of a request. */
    static KeptEvents requested(HttpRequest request) {
        Optional<String> after = request.queryParameter("after").filter(text -> !text.isEmpty());
        try {
            return new KeptEvents(after.map(Position::parse).orElse(Position.EARLIEST), limit(request));
        } catch (IllegalArgumentException e) {
            throw new PushRejectedException(400, String.valueOf(e.getMessage()));
        }
    }

    private static int limit(HttpRequest request) {
        String text = request.queryParameter("limit").orElse(String.valueOf(DEFAULT_LIMIT));
        if (text.matches("[1-9]\\d{0,3}") && Integer.parseInt(text) <= MAX_LIMIT) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("limit: " + SafeText.excerpt(text) + " (expected: 1-" + MAX_LIMIT + ")");
    }

    /** Adds what a topic keeps to its description, if it has a history. */
    static CompletionStage<JsonObject> describe(Topics topics, Topic topic, JsonObject description) {
        if (topic.settings().history().isEmpty()) {
            return CompletableFuture.completedFuture(description);
        }
        return topics.log().statistics(topic.id()).thenApply(kept -> {
            description.addProperty("position", kept.top().toString());
            description.addProperty("kept", kept.events());
            description.addProperty("keptBytes", kept.bytes());
            description.addProperty("ageMillis", kept.ageMillis());
            return description;
        });
    }

    /** Removes the events and retained events of a topic; returns the number of the former. */
    static CompletionStage<Integer> remove(Topics topics, String id) {
        topics.clearRetained(id);
        if (topics.topic(id).settings().history().isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        EventLog log = topics.log();
        return log.statistics(id).thenCompose(kept -> log.clear(id).thenApply(done -> kept.events()));
    }

    /** Returns the events that a reader may see as JSON text. */
    CompletionStage<String> read(Topics topics, Topic topic, Connection reader) {
        if (topic.settings().history().isEmpty()) {
            Gap gap = after.equals(Position.EARLIEST) ? null : new Gap(topic.id(), after, null, Gap.Reason.NO_LOG);
            return CompletableFuture.completedFuture(response(topic, List.of(), null, true, gap));
        }
        EventLog log = topics.log();
        return log.read(topic.id(), after, limit, MAX_BYTES).thenCompose(slice -> log.statistics(topic.id())
                .thenApply(kept -> response(topic, slice, kept.top(), reader)));
    }

    private String response(Topic topic, EventLog.Slice slice, Position top, Connection reader) {
        Audience.Member member = new Reader(reader);
        List<String> events = new ArrayList<>();
        Position last = slice.gap() == null || slice.gap().to() == null
                ? after
                : slice.gap().to();
        for (EventLog.LoggedEvent logged : slice.events()) {
            last = logged.position();
            if (logged.audience().includesLater(member)) {
                events.add("{\"position\":\"" + last + "\",\"time\":\"" + logged.time() + "\",\"event\":"
                        + logged.event().json() + "}");
            }
        }
        Position position = last.equals(Position.EARLIEST) ? top : last;
        return response(topic, events, position, position.equals(top), slice.gap());
    }

    /** Returns the response; events are inserted as they were published. */
    private static String response(
            Topic topic, List<String> events, @Nullable Position position, boolean complete, @Nullable Gap gap) {
        return "{\"topic\":" + new JsonPrimitive(topic.id())
                + ",\"events\":[" + String.join(",", events)
                + "],\"position\":" + text(position)
                + ",\"complete\":" + complete
                + ",\"gap\":" + gap(gap) + "}";
    }

    private static JsonElement text(@Nullable Position position) {
        return position == null ? JsonNull.INSTANCE : new JsonPrimitive(position.toString());
    }

    private static JsonElement gap(@Nullable Gap gap) {
        if (gap == null) {
            return JsonNull.INSTANCE;
        }
        JsonObject described = new JsonObject();
        described.addProperty("from", String.valueOf(gap.from()));
        described.add(
                "to",
                gap.to() == null
                        ? JsonNull.INSTANCE
                        : new JsonPrimitive(gap.to().toString()));
        described.addProperty("reason", gap.reason().toString());
        return described;
    }

    /** Client of a request, as an audience sees it. */
    private record Reader(Connection conn) implements Audience.Member {
        @Override
        public String id() {
            return conn.toString();
        }

        @Override
        public Optional<Connection> connection() {
            return Optional.of(conn);
        }
    }
}
