package dev.sprocket.core;

import dev.sprocket.core.spi.CloseRequest;
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
 * Ends the connections of a server that stops: tells them, waits for them, cuts those that are left.
 *
 * <p>Threads: one, which is no event loop; it blocks.
 */
final class GracefulShutdown {
    /** Up to so many connections are told at once; of more, the clients would all come back in the same moment. */
    static final int MAX_SIMULTANEOUS = 100;
    /** With less time than this everybody is told at once. */
    static final Duration MIN_SPREAD = Duration.ofSeconds(2);

    /** What a cut and the last callbacks may take beyond the deadline; a loop that is busy longer is left alone. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);

    private final List<Channel> channels;
    private final Duration deadline;
    private final long start = System.nanoTime();

    GracefulShutdown(Collection<Channel> channels, Duration deadline) {
        this.channels = List.copyOf(channels);
        this.deadline = deadline;
    }

    /** Ends all; returns how many had to be cut. */
    int run() {
        requestCloses();
        await(channels, start + deadline.toNanos());
        int cut = forceClose();
        awaitCallbacks();
        return cut;
    }

    /** Tells each connection on its event loop: at once, or spread over the first half of the time. */
    void requestCloses() {
        for (int i = 0; i < channels.size(); i++) {
            Channel channel = channels.get(i);
            Runnable tell = () ->
                    channel.pipeline().fireUserEventTriggered(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));
            long delay = delayNanos(i, channels.size(), deadline);
            if (delay == 0) {
                channel.eventLoop().execute(tell);
            } else {
                channel.eventLoop().schedule(tell, delay, TimeUnit.NANOSECONDS);
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
            LOG.debug("{} cut", channel.remoteAddress());
            // past all handlers: TLS would wait for a peer that does not read
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
        }
        if (!left.isEmpty()) {
            LOG.warn(
                    "{} of {} connections cut: they did not end within {} ms",
                    left.size(),
                    channels.size(),
                    deadline.toMillis());
            await(left, System.nanoTime() + GRACE_NANOS);
        }
        return left.size();
    }

    /** Waits for the callbacks that follow the end of a socket: a loop runs them in the task after the one that closed. */
    private void awaitCallbacks() {
        Set<EventLoop> loops = channels.stream().map(Channel::eventLoop).collect(Collectors.toSet());
        long end = System.nanoTime() + GRACE_NANOS;
        for (int round = 0; round < 2; round++) {
            List<Future<?>> turns =
                    loops.stream().<Future<?>>map(loop -> loop.submit(() -> {})).toList();
            turns.forEach(
                    turn -> turn.awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        }
    }
}
