package dev.sprocket.pubsub.internal.subscribe;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a topic connected with other servers until its subscriber is added.
 *
 * <p>A protocol opens it before it confirms a subscription, and closes it afterwards. So its subscriber receives what
 * other servers publish after the confirmation.
 */
@ThreadSafe
public final class TopicConnection implements AutoCloseable {
    /** Longest time for which a subscription waits for the log of its topic. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Runnable release;
    private final CompletableFuture<Void> ready;
    private volatile @Nullable Position newest;
    private final AtomicBoolean closed = new AtomicBoolean();

    private TopicConnection(CompletionStage<Position> followed, Runnable release) {
        this.ready = followed.thenAccept(position -> newest = position.equals(Position.EARLIEST) ? null : position)
                .toCompletableFuture();
        this.release = release;
    }

    /**
     * Connects a topic or pattern.
     *
     * @param askedNanos time of the request by {@link System#nanoTime}
     * @return null if it need not be connected, because there are no other servers
     */
    public static @Nullable TopicConnection open(Topics topics, Topic topic, long askedNanos) {
        EventLog log = topics.log();
        String id = topic.id();
        if (!log.isShared() || Topics.isReserved(id)) {
            return null;
        }
        MatchPolicy match = topic.match();
        if (match != MatchPolicy.EXACT) {
            return new TopicConnection(
                    log.listen(match, id).handle((done, failure) -> Position.EARLIEST), () -> log.ignore(match, id));
        }
        if (topic.settings().history().isEmpty()) {
            // other servers that cannot be reached do not keep local subscribers away
            return new TopicConnection(
                    log.listen(id).handle((done, failure) -> Position.EARLIEST), () -> log.ignore(id));
        }
        if (!log.isAvailable() && System.nanoTime() - askedNanos > PATIENCE_NANOS) {
            return new TopicConnection(
                    CompletableFuture.failedFuture(new EventLog.UnavailableException("engine is away")), () -> {});
        }
        return new TopicConnection(log.follow(id), () -> log.unfollow(id));
    }

    /** Completes when later events of other servers will be received; fails without a log. */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /** Returns the position of the newest event; null before it is ready. */
    public @Nullable Position newest() {
        return newest;
    }

    /** Returns the reason of a failure of {@link #ready} for the client. */
    public static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof EventLog.UnavailableException
                ? "the log of the topic is not available: " + cause.getMessage()
                : "the log of the topic is not available";
    }

    /** Ends the connection, also before it is ready; further calls have no effect. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
