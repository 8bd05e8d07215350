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
    /** Topics that need no connection, because there are no other servers. */
    static final ConnectedTopics NONE = new ConnectedTopics(List.of());

    /** Connections in the order of the topics, null for those without; empty if all are. */
    private final List<@Nullable TopicConnection> connections;

    private ConnectedTopics(List<@Nullable TopicConnection> connections) {
        this.connections = connections;
    }

    /** Connects topics. */
    static ConnectedTopics open(Topics topics, List<String> names) {
        if (!topics.log().isShared()) {
            return NONE;
        }
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
        TopicConnection connection = find(topic);
        return connection == null ? null : connection.newest();
    }

    /** Reports whether a topic is connected with other servers. */
    boolean isConnected(int topic) {
        return find(topic) != null;
    }

    private @Nullable TopicConnection find(int topic) {
        return connections.isEmpty() ? null : connections.get(topic);
    }

    /** Ends the connections, also before they are ready. */
    void close() {
        all().forEach(TopicConnection::close);
    }

    private Stream<TopicConnection> all() {
        return connections.stream().flatMap(Stream::ofNullable);
    }
}
