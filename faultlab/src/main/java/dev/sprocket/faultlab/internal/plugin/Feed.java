package dev.sprocket.faultlab.internal.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sends events with their positions, and gaps.
 *
 * <p>The first message of a client is an object with its topics, and for each the position after which it continues,
 * or an empty text.
 */
@ThreadSafe
@ConcurrentComponent
final class Feed implements MessageComponent<Connection, Message> {
    private static final AttributeKey<Subscriber> SUBSCRIBER = AttributeKey.of("feed", "is Feed below this component?");

    private static final EventFormat FORMAT = new EventFormat() {
        @Override
        public Message encode(PublishedEvent published, ByteBufAllocator alloc) {
            JsonObject message = message(published.topic(), published.position());
            message.add("event", JsonParser.parseString(published.event().json()));
            return Message.text(message.toString());
        }

        @Override
        public @Nullable Message notice(Notice notice, ByteBufAllocator alloc) {
            if (notice instanceof Notice.Missed missed) {
                JsonObject message = message(notice.topic(), null);
                message.addProperty("gap", missed.gap().reason().toString());
                return Message.text(message.toString());
            }
            return null;
        }

        private JsonObject message(String topic, @Nullable Position position) {
            JsonObject message = new JsonObject();
            message.addProperty("topic", topic);
            if (position != null) {
                message.addProperty("position", position.toString());
            }
            return message;
        }
    };

    private final Topics topics;

    Feed(Topics topics) {
        this.topics = topics;
    }

    @Override
    public void onOpen(Connection conn) {
        SUBSCRIBER.set(conn, Subscriber.of(conn.toString(), conn, FORMAT));
    }

    @Override
    public void onMessage(Connection from, Message message) {
        Subscriber subscriber = SUBSCRIBER.find(from).orElseThrow();
        Map<String, Subscribed> starts = new ConcurrentHashMap<>();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (var wanted :
                JsonParser.parseString(message.text()).getAsJsonObject().entrySet()) {
            String after = wanted.getValue().getAsString();
            all.add(topics.topic(wanted.getKey())
                    .subscribe(subscriber, after.isEmpty() ? null : Position.parse(after), Gap.Action.NONE)
                    .thenAccept(start -> starts.put(wanted.getKey(), start))
                    .toCompletableFuture());
        }
        var unused = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        from.close();
                        return;
                    }
                    JsonObject positions = new JsonObject();
                    starts.forEach((topic, start) -> {
                        if (start.start() != null) {
                            positions.addProperty(topic, start.start().toString());
                        }
                    });
                    JsonObject answer = new JsonObject();
                    answer.add("subscribed", positions);
                    from.send(Message.text(answer.toString()));
                });
    }

    @Override
    public void onClose(Connection conn) {
        SUBSCRIBER.find(conn).ifPresent(Subscriber::unsubscribeAll);
    }
}
