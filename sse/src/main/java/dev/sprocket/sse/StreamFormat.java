package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonPrimitive;
import dev.sprocket.core.Message;
import dev.sprocket.http.sse.SseEvent;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.PublishedEvent;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Encodes the events and notices of topics for event streams (HTML standard, 9.2). */
@ThreadSafe
final class StreamFormat implements EventFormat {
    /** Format of a stream of one topic. Each event has its id, and the data is its JSON text. */
    static final StreamFormat SINGLE = new StreamFormat(false);
    /** Format of a stream of several topics. The data names the topic, and the id precedes the event. */
    static final StreamFormat LIST = new StreamFormat(true);

    /** Shortest time before a reconnect; random, so that pages do not come back at once. */
    private static final int MIN_RETRY_MILLIS = 1000;

    private static final int MAX_RETRY_MILLIS = 4000;

    private final boolean isList;

    private StreamFormat(boolean isList) {
        this.isList = isList;
    }

    @Override
    public Message encode(PublishedEvent published, ByteBufAllocator alloc) {
        String json = published.event().json();
        if (isList) {
            return Message.text(
                    SseEvent.of("{\"topic\":" + new JsonPrimitive(published.topic()) + ",\"event\":" + json + "}")
                            .text());
        }
        Position position = published.position();
        return Message.text(SseEvent.of(json)
                .id(position == null ? String.valueOf(published.number()) : position.toString())
                .text());
    }

    @Override
    public @Nullable Message notice(Notice notice, ByteBufAllocator alloc) {
        if (notice instanceof Notice.Missed missed) {
            return message("gap", gap(missed.gap()), notice.position());
        }
        if (notice instanceof Notice.Recovered recovered) {
            String position = String.valueOf(recovered.position());
            String data = isList
                    ? Event.of(Map.of("topic", recovered.topic(), "position", position))
                            .json()
                    : position;
            return message("recovered", data, notice.position());
        }
        return null; // the stream has begun with its position
    }

    private Message message(String type, String data, @Nullable Position position) {
        SseEvent event = SseEvent.of(data).type(type);
        return Message.text((isList || position == null ? event : event.id(position.toString())).text());
    }

    private static String gap(Gap gap) {
        Position from = gap.from();
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("topic", gap.topic());
        data.put("from", from == null || from.offset() == Long.MAX_VALUE ? null : from.toString());
        data.put("to", gap.to() == null ? null : gap.to().toString());
        data.put("reason", gap.reason().toString());
        return Event.of(data).json();
    }

    /** Returns the event that begins a stream with its position. */
    static SseEvent position(String id) {
        return SseEvent.of(id).type("position").id(id);
    }

    /** Returns a field with the time that the page waits before a reconnect. */
    static String retry() {
        int millis = ThreadLocalRandom.current().nextInt(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
        return "retry: " + Duration.ofMillis(millis).toMillis() + "\n\n";
    }
}
