package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.subscribe.TopicConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Topics of a stream, connected with other servers until the stream has subscribed to them. */
@ThreadSafe
final class ConnectedTopics {
    /** Connections in the order of the topics; null for a topic that needs none. */
    private final List<@Nullable TopicConnection> connections;

    private ConnectedTopics(List<@Nullable TopicConnection> connections) {
        this.connections = connections;
    }

    /** Connects topics. */
    static ConnectedTopics open(Topics topics, List<String> names) {
        long now = System.nanoTime();
        List<@Nullable TopicConnection> opened = new ArrayList<>(names.size());
        names.forEach(name -> opened.add(TopicConnection.open(topics, topics.topic(name), now)));
        return new ConnectedTopics(opened);
    }

    /** Completes when all topics are connected; fails if the log of one is not available. */
    CompletableFuture<Void> ready() {
        return CompletableFuture.allOf(all().map(TopicConnection::ready).toArray(CompletableFuture[]::new));
    }

    /** Returns the position of the newest event of a topic; null without a log. */
    @Nullable
    Position newest(int topic) {
        TopicConnection connection = connections.get(topic);
        return connection == null ? null : connection.newest();
    }

    /** Reports whether a topic is connected with other servers. */
    boolean isConnected(int topic) {
        return connections.get(topic) != null;
    }

    /** Ends the connections, also before they are ready. */
    void close() {
        all().forEach(TopicConnection::close);
    }

    private Stream<TopicConnection> all() {
        return connections.stream().flatMap(Stream::ofNullable);
    }
}
