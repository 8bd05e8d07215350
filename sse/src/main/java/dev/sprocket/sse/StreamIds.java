package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Position;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Ids of the events of one stream: the positions of its topics. */
@ThreadSafe
final class StreamIds implements EventFormat.Head {
    private final List<String> topics;

    @GuardedBy("this")
    private final @Nullable Position[] positions;

    StreamIds(List<String> topics) {
        this.topics = topics;
        this.positions = new Position[topics.size()];
    }

    /** Sets the position of a topic at the beginning of the stream. */
    synchronized void start(String topic, @Nullable Position position) {
        positions[topics.indexOf(topic)] = position;
    }

    /** Reports whether a topic has a log. */
    synchronized boolean isAny() {
        return Stream.of(positions).anyMatch(Objects::nonNull);
    }

    /** Returns the position of the first topic. */
    synchronized String single() {
        return String.valueOf(positions[0]);
    }

    /** Returns the positions of all topics as one text. */
    synchronized String text() {
        return Stream.of(positions)
                .map(position -> position == null ? StreamRequest.NONE : position.toString())
                .collect(Collectors.joining(","));
    }

    @Override
    public synchronized String of(String topic, @Nullable Position position) {
        if (position != null) {
            positions[topics.indexOf(topic)] = position;
        }
        return isAny() ? "id: " + text() + "\n" : "";
    }
}
