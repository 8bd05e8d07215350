package dev.sprocket.core.io;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.ShutdownCounts;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connections of a server at shutdown.
 *
 * <p>Asks each connection to close, waits for them, and aborts the remaining ones. Blocks; must not run on an event
 * loop.
 */
final class GracefulShutdown {
    /**
     * Maximum number of connections that are closed simultaneously. Clients of more connections would all reconnect at
     * the same moment.
     */
    static final int MAX_SIMULTANEOUS = 100;
    /** Shortest deadline for which requests are spread over time. */
    static final Duration MIN_SPREAD = Duration.ofSeconds(2);

    /**
     * Additional time after the deadline for aborted connections and final callbacks. A loop that is blocked longer is
     * not waited for.
     */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(GracefulShutdown.class);

    private final List<Channel> channels;
    private final Duration deadline;
    private final long start = System.nanoTime();

    GracefulShutdown(Collection<Channel> channels, Duration deadline) {
        this.channels = List.copyOf(channels);
        this.deadline = deadline;
    }

    /** Closes all connections; returns the number of aborted ones. */
    @CanIgnoreReturnValue
    int run() {
        requestCloses();
        await(channels, start + deadline.toNanos());
        int aborted = forceClose();
        ShutdownCounts.add(channels.size(), aborted);
        awaitCallbacks();
        return aborted;
    }

    /** Sends a close request to each connection. Sent immediately, or spread over the first half of the deadline. */
    void requestCloses() {
        for (int i = 0; i < channels.size(); i++) {
            Channel channel = channels.get(i);
            Runnable request = () -> channel.pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));
            long delay = delayNanos(i, channels.size(), deadline);
            if (delay == 0) {
                channel.eventLoop().execute(request);
            } else {
                channel.eventLoop().schedule(request, delay, TimeUnit.NANOSECONDS);
            }
        }
    }

    static long delayNanos(int index, int count, Duration deadline) {
        boolean atOnce = count <= MAX_SIMULTANEOUS || deadline.compareTo(MIN_SPREAD) < 0;
        return atOnce ? 0 : deadline.toNanos() / 2 / count * index;
    }

    private static void await(Collection<Channel> channels, long end) {
        for (Channel channel : channels) {
            channel.closeFuture().awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private int forceClose() {
        List<Channel> left = channels.stream().filter(Channel::isOpen).toList();
        for (Channel channel : left) {
            LOG.debug("connection aborted: peer={}", channel.remoteAddress());
            // bypasses all handlers, because TLS would wait for a peer that does not read
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
        }
        if (!left.isEmpty()) {
            LOG.warn(
                    "shutdown deadline exceeded, connections aborted: aborted={} connections={} deadlineMs={}",
                    left.size(),
                    channels.size(),
                    deadline.toMillis());
            await(left, System.nanoTime() + GRACE_NANOS);
        }
        return left.size();
    }

    /** Waits for the callbacks of closed sockets. A loop runs them in the task after the close. */
    private void awaitCallbacks() {
        Set<EventLoop> loops = channels.stream().map(Channel::eventLoop).collect(Collectors.toSet());
        long end = System.nanoTime() + GRACE_NANOS;
        for (int round = 0; round < 2; round++) {
            List<Future<?>> iterations =
                    loops.stream().<Future<?>>map(loop -> loop.submit(() -> {})).toList();
            iterations.forEach(iteration ->
                    iteration.awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        }
    }
}
