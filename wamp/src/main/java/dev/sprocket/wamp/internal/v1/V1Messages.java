package dev.sprocket.wamp.internal.v1;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.wamp.internal.session.GapNotices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Encodes messages of WAMP v1: JSON arrays that start with the message type. */
final class V1Messages {
    static final int PREFIX = 1;
    static final int CALL = 2;
    static final int SUBSCRIBE = 5;
    static final int UNSUBSCRIBE = 6;
    static final int PUBLISH = 7;

    /**
     * Event format of WAMP v1, which embeds the JSON text of the event.
     *
     * <p>A gap is an event on the topic {@link GapNotices#TOPIC} for a session that is subscribed to it.
     */
    static final EventFormat EVENT = new EventFormat() {
        @Override
        public Message encode(PublishedEvent published, ByteBufAllocator alloc) {
            return event(published.topic(), published.event(), alloc);
        }

        @Override
        public @Nullable Message notice(Notice notice, Audience.Member recipient, ByteBufAllocator alloc) {
            Gap gap = GapNotices.find(notice, recipient);
            return gap == null ? null : event(GapNotices.TOPIC, Event.json(json(GapNotices.describe(gap))), alloc);
        }

        @Override
        public String toString() {
            return "WAMP v1";
        }
    };

    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private V1Messages() {}

    static Message event(String topic, Event event, ByteBufAllocator alloc) {
        byte[] head = eventHead(topic);
        ByteBuf payload = event.content();
        int size = payload.readableBytes();
        return Message.text(alloc.directBuffer(head.length + size + 1)
                .writeBytes(head)
                .writeBytes(payload, payload.readerIndex(), size)
                .writeByte(']'));
    }

    /** Encoded start of an event message, cached since successive events often have the same topic. */
    private record EventHead(String topic, byte[] bytes) {}

    private static volatile EventHead lastEventHead = new EventHead("", new byte[0]);

    @SuppressWarnings("ReferenceEquality") // usually the string of the topic itself
    private static byte[] eventHead(String topic) {
        EventHead cached = lastEventHead;
        if (cached.topic == topic || cached.topic.equals(topic)) {
            return cached.bytes;
        }
        byte[] bytes = ("[8," + json(topic) + ",").getBytes(StandardCharsets.UTF_8);
        lastEventHead = new EventHead(topic, bytes);
        return bytes;
    }

    static String welcome(String sessionId, String server) {
        return "[0," + json(sessionId) + ",1," + json(server) + "]";
    }

    static String prefix(String prefix, String uri) {
        return "[1," + json(prefix) + "," + json(uri) + "]";
    }

    /**
     * Encodes a result.
     *
     * @param callId id of the call as JSON text, a string or number
     */
    static String callResult(String callId, @Nullable Object data) {
        return callResultOf(callId, data == null ? "[]" : json(data));
    }

    static String callResultOf(String callId, String json) {
        return "[3," + callId + "," + json + "]";
    }

    static String callError(String callId, String uri, String description, @Nullable Object details) {
        return "[4," + callId + "," + json(uri) + "," + json(description) + (details == null ? "" : "," + json(details))
                + "]";
    }

    /** Returns a gap of a known topic as JSON text. */
    static String gapOfTopic(Gap gap) {
        return json(GapNotices.describePlace(gap));
    }

    private static String json(Object value) {
        return Surrogates.replaceUnpaired(GSON.toJson(value));
    }
}
