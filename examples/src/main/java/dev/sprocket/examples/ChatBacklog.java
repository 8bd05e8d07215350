package dev.sprocket.examples;

import dev.sprocket.app.App;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Chat that sends returning clients what they missed.
 *
 * <p>The first message of a client is the position of its last line, or empty. Each line begins with its position.
 */
public final class ChatBacklog implements MessageComponent<Connection, Message> {
    private final Topics topics = new Topics(name -> TopicSettings.DEFAULT.history(100, Duration.ofMinutes(10)));
    private final Topic chat = topics.topic("chat");
    private final Map<Connection, Subscriber> members = new HashMap<>();

    private record Lines(Connection conn) implements Subscriber.Listener {
        @Override
        public void onEvent(String topic, Event event) {}

        @Override
        public void onPublished(PublishedEvent said) {
            conn.send(said.position() + " " + said.event().as(String.class));
        }

        @Override
        public void onNotice(Notice notice) {
            if (notice instanceof Notice.Missed missed) {
                conn.send(missed.position() + " messages are missing: "
                        + missed.gap().reason());
            } else if (notice instanceof Notice.Joined) {
                conn.send(String.valueOf(notice.position()));
            }
        }
    }

    @Override
    public void onMessage(Connection from, Message message) {
        String text = message.text();
        if (members.containsKey(from)) {
            chat.broadcast(Event.of(text));
            return;
        }
        Position last = text.isEmpty() ? null : Position.parse(text);
        Subscriber member = Subscriber.of(from.toString(), Runnable::run, new Lines(from));
        members.put(from, member);
        chat.subscribe(member, last).exceptionally(failure -> {
            from.close();
            return null;
        });
    }

    @Override
    public void onClose(Connection conn) {
        Subscriber left = members.remove(conn);
        if (left != null) {
            left.unsubscribeAll();
        }
    }

    static App server(int port) {
        return App.listen(port).route("/chat", new ChatBacklog());
    }

    public static void main(String[] args) throws Exception {
        server(8080).run();
    }
}
