package dev.sprocket.examples;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;

/**
 * Two nodes in one process, which share their topics.
 *
 * <p>With {@code RedisEngine} in place of {@link MemoryHub}, the nodes are processes on different machines.
 */
public final class TwoNodes implements AutoCloseable {
    private final MemoryHub hub = new MemoryHub();
    private final ClusterNode one =
            ClusterNode.builder(hub.engine()).name("one").start();
    private final ClusterNode two =
            ClusterNode.builder(hub.engine()).name("two").start();
    private final Topics first = topics(one);
    private final Topics second = topics(two);

    private static Topics topics(ClusterNode node) {
        return new Topics(topic -> TopicSettings.DEFAULT.history(100, Duration.ofMinutes(10)), node.log());
    }

    /** Subscribes on the second node, from the oldest event that is kept. */
    void subscribe(String topic, Subscriber.Listener listener) {
        second.topic(topic)
                .subscribe(Subscriber.of("reader", Runnable::run, listener), Position.EARLIEST)
                .toCompletableFuture()
                .join();
    }

    /** Publishes on the first node. */
    void publish(String topic, Object event) {
        first.topic(topic).publish(Event.of(event)).toCompletableFuture().join();
    }

    @Override
    public void close() {
        one.close();
        two.close();
    }

    public static void main(String[] args) {
        try (TwoNodes nodes = new TwoNodes()) {
            nodes.publish("news", "published before anybody listens");
            nodes.subscribe("news", (topic, event) -> System.out.println(topic + ": " + event.as(String.class)));
            nodes.publish("news", "published on the other node");
        }
    }
}
