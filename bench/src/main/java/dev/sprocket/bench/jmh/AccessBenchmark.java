package dev.sprocket.bench.jmh;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.access.Grantee;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the decision about an allowed request, by the number of rules.
 *
 * <p>The result includes the creation of the request. With 0 rules there is no policy.
 */
public class AccessBenchmark extends Timed {
    /** Number of rules. */
    @Param({"0", "1000"})
    public int rules = 1000;

    private final Topics topics = new Topics();
    private final AccessControl access = AccessControl.of(topics);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Subscriber subscriber = Subscriber.of("subscriber", Runnable::run, (on, received) -> {});
    private @Nullable Connection conn;

    /** Opens a connection of a user and sets the policy. */
    @Setup(Level.Trial)
    public void open() {
        IoServer.attach(channel, new MessageComponent<Connection, Message>() {
            @Override
            public void onOpen(Connection opened) {
                conn = opened;
            }

            @Override
            public void onMessage(Connection from, Message message) {}
        });
        User.set(conn(), User.named("ann@example.com").roles("reader", "editor"));
        topics.topic("com.example.site7.room.42").subscribe(subscriber);
        if (rules > 0) {
            access.authorizer(policy());
        }
    }

    private Connection conn() {
        return Objects.requireNonNull(conn);
    }

    private AccessPolicy policy() {
        AccessPolicy policy = AccessPolicy.CLOSED;
        for (int i = 7; i < 7 + rules / 5; i++) {
            String site = "com.example.site" + i;
            policy = policy.topic(site + ".*", AccessRule.EMPTY.subscribe(Grantee.role("reader")))
                    .topic(site + ".news", AccessRule.EMPTY.subscribe(Grantee.ANYONE))
                    .topic(site + ".user.{user}", AccessRule.EMPTY.subscribe(Grantee.SELF))
                    .topic(site + ".room.{room}", AccessRule.EMPTY.publish(Grantee.SUBSCRIBERS))
                    .topic(
                            site + ".chat.{room}",
                            AccessRule.EMPTY.publish(Grantee.ANYONE).rate(1_000_000_000, Duration.ofSeconds(1)));
        }
        return policy;
    }

    /** Releases the channel. */
    @TearDown(Level.Trial)
    public void close() {
        channel.finishAndReleaseAll();
    }

    private AccessDecision check(Action action, String name) throws Exception {
        AccessDecision decision =
                access.check(AccessRequest.of(conn(), action, name).subscriber(topics, subscriber));
        if (decision != AccessDecision.ALLOW) {
            throw new IllegalStateException(action + " " + name + ": " + decision + " (expected: allowed)");
        }
        return decision;
    }

    /** Subscribes to a topic that a rule with a star grants to a role. */
    @Benchmark
    public AccessDecision subscribe() throws Exception {
        return check(Action.SUBSCRIBE, "com.example.site7.sport.football");
    }

    /** Subscribes to the topic of the user. */
    @Benchmark
    public AccessDecision subscribeSelf() throws Exception {
        return check(Action.SUBSCRIBE, "com.example.site7.user.ann@example%2Ecom");
    }

    /** Publishes on a topic to which the connection is subscribed. */
    @Benchmark
    public AccessDecision publishAsSubscriber() throws Exception {
        return check(Action.PUBLISH, "com.example.site7.room.42");
    }

    /** Publishes on a topic with a rate. */
    @Benchmark
    public AccessDecision publishWithRate() throws Exception {
        return check(Action.PUBLISH, "com.example.site7.chat.42");
    }
}
