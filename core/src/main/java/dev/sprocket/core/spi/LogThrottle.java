package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts log lines that are repeated by one peer for one cause. */
@ThreadSafe
final class LogThrottle {
    static final long WINDOW_SECONDS = 60;
    /** Peers and causes that are told apart. */
    static final int MOST = 2048;
    /** Causes of one peer and format that are told apart: a peer may be able to choose them. */
    static final int MOST_CAUSES = 8;

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);
    private static final int LONGEST_CAUSE = 100;
    private static final String OTHERS = "others";

    private final LongSupplier nanos;
    private final Runnable schedule;
    private final Map<Source, Map<Object, Entry>> sources = new HashMap<>();
    private int size;
    private boolean scheduled;

    private record Source(Object peer, PeerLog.Line line) {}

    private static final class Entry {
        final Source source;
        final String text;
        long since;
        long count;

        Entry(Source source, String text, long since) {
            this.source = source;
            this.text = text;
            this.since = since;
        }

        /** Counts from now on. */
        Summary summary(long now) {
            Summary summary = new Summary(this, count, TimeUnit.NANOSECONDS.toSeconds(now - since));
            count = 0;
            since = now;
            return summary;
        }
    }

    private record Summary(Entry entry, long count, long seconds) {
        void write() {
            entry.source.line.write(
                    "{} (repeated={}, peer={}, seconds={})",
                    new Object[] {entry.text, count, entry.source.peer, seconds});
        }
    }

    /**
     * Counts by a clock.
     *
     * @param schedule has {@link #sweep} called some seconds later
     */
    LogThrottle(LongSupplier nanos, Runnable schedule) {
        this.nanos = nanos;
        this.schedule = schedule;
    }

    /** Counts a line if it is repeated; otherwise it is to be logged, and its text is remembered. */
    synchronized boolean isRepeated(
            Object peer, Object cause, long times, PeerLog.Line line, @Nullable Object[] arguments) {
        Source source = new Source(group(peer), line);
        Object distinct = cause instanceof Enum<?> || cause instanceof Number ? cause : shortened(cause);
        if (!sources.containsKey(source) && size >= MOST) {
            source = new Source(OTHERS, line);
            distinct = OTHERS;
        }
        Map<Object, Entry> causes = sources.computeIfAbsent(source, none -> new HashMap<>());
        if (!causes.containsKey(distinct) && causes.size() >= MOST_CAUSES) {
            distinct = OTHERS;
        }
        long now = nanos.getAsLong();
        Entry entry = causes.get(distinct);
        if (entry == null) {
            causes.put(distinct, new Entry(source, line.text(arguments), now));
            size++;
            if (!scheduled) {
                scheduled = true;
                schedule.run();
            }
            return false;
        }
        if (entry.count == 0 && now - entry.since >= WINDOW) {
            entry.since = now;
            return false;
        }
        entry.count += times;
        return true;
    }

    private static String shortened(Object cause) {
        String text = cause.toString();
        return text.length() <= LONGEST_CAUSE ? text : text.substring(0, LONGEST_CAUSE);
    }

    /** A peer that has many addresses is one: a /64 is what a customer is given (RFC 6177). */
    private static Object group(Object peer) {
        Object address = peer instanceof Connection conn ? conn.remoteAddress() : peer;
        if (address instanceof InetSocketAddress inet) {
            address = inet.getAddress() == null ? inet.getHostString() : inet.getAddress();
        }
        if (address instanceof Inet6Address six) {
            byte[] bytes = six.getAddress();
            StringBuilder network = new StringBuilder();
            for (int i = 0; i < 8; i += 2) {
                network.append(Integer.toHexString((bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff))
                        .append(':');
            }
            return network.append(":/64").toString();
        }
        return address instanceof InetAddress four ? four.getHostAddress() : shortened(String.valueOf(address));
    }

    /** Logs the counts of what is older than the window; forgets what was not repeated since. */
    void sweep() {
        due().forEach(Summary::write);
    }

    private synchronized List<Summary> due() {
        List<Summary> due = new ArrayList<>();
        long now = nanos.getAsLong();
        sources.values().removeIf(causes -> {
            causes.values().removeIf(entry -> {
                if (now - entry.since < WINDOW) {
                    return false;
                }
                if (entry.count == 0) {
                    size--;
                    return true;
                }
                due.add(entry.summary(now));
                return false;
            });
            return causes.isEmpty();
        });
        scheduled = !sources.isEmpty();
        if (scheduled) {
            schedule.run();
        }
        return due;
    }

    /** Logs all counts, and forgets everything. */
    void flush() {
        all().forEach(Summary::write);
    }

    private synchronized List<Summary> all() {
        long now = nanos.getAsLong();
        List<Summary> all = sources.values().stream()
                .flatMap(causes -> causes.values().stream())
                .filter(entry -> entry.count > 0)
                .map(entry -> entry.summary(now))
                .toList();
        sources.clear();
        size = 0;
        return all;
    }

    /** How many peers and causes are remembered. */
    synchronized int size() {
        return size;
    }
}
