package dev.sprocket.core.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.text.SafeText;
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

/** Counts log lines that one peer repeats for one cause. */
@ThreadSafe
final class LogThrottle {
    static final long WINDOW_SECONDS = 60;
    /** Maximum number of tracked combinations of peer and cause. */
    static final int MAX_ENTRIES = 2048;
    /** Maximum number of tracked causes per peer and format. A peer may be able to choose its causes. */
    static final int MAX_CAUSES = 8;

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);
    private static final int MAX_CAUSE_LENGTH = 100;
    private static final String OTHERS = "others";

    private final LongSupplier nanos;
    private final Runnable schedule;
    private final Map<Source, Map<Object, Entry>> sources = new HashMap<>();
    private int size;
    private boolean scheduled;

    private record Source(Object peer, PeerLog.Line line) {}

    private static final class Entry {
        final Source source;
        /** Safe arguments of the first line. */
        final @Nullable Object[] arguments;

        long since;
        long count;

        Entry(Source source, @Nullable Object[] arguments, long since) {
            this.source = source;
            this.arguments = arguments;
            this.since = since;
        }

        /** Returns the count and starts a new one. */
        Summary summary(long now) {
            Summary summary = new Summary(this, count, TimeUnit.NANOSECONDS.toSeconds(now - since));
            count = 0;
            since = now;
            return summary;
        }
    }

    private record Summary(Entry entry, long count, long seconds) {
        void write() {
            entry.source.line.writeCounts(entry.arguments, count, entry.source.peer, seconds);
        }
    }

    /**
     * Creates a throttle with a clock.
     *
     * @param schedule calls {@link #sweep} some seconds later
     */
    LogThrottle(LongSupplier nanos, Runnable schedule) {
        this.nanos = nanos;
        this.schedule = schedule;
    }

    /** Counts a repeated line; otherwise remembers its text, and the caller logs it. */
    synchronized boolean isRepeated(
            Object peer, Object cause, long times, PeerLog.Line line, @Nullable Object[] arguments) {
        Source source = new Source(group(peer), line);
        Object distinct = cause instanceof Enum<?> || cause instanceof Number ? cause : truncated(cause);
        if (!sources.containsKey(source) && size >= MAX_ENTRIES) {
            source = new Source(OTHERS, line);
            distinct = OTHERS;
        }
        Map<Object, Entry> causes = sources.computeIfAbsent(source, none -> new HashMap<>());
        if (!causes.containsKey(distinct) && causes.size() >= MAX_CAUSES) {
            distinct = OTHERS;
        }
        long now = nanos.getAsLong();
        Entry entry = causes.get(distinct);
        if (entry == null) {
            causes.put(distinct, new Entry(source, line.safe(arguments, SafeText.EXCERPT), now));
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

    private static String truncated(Object cause) {
        String text = cause.toString();
        return text.length() <= MAX_CAUSE_LENGTH ? text : text.substring(0, MAX_CAUSE_LENGTH);
    }

    /** Returns the group of a peer, which is the /64 of an IPv6 address. One customer is assigned a /64 (RFC 6177). */
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
        return address instanceof InetAddress four ? four.getHostAddress() : truncated(String.valueOf(address));
    }

    /** Logs the counts older than the window and removes entries without repetitions. */
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

    /** Logs all counts and removes all entries. */
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

    /** Returns the number of tracked combinations of peer and cause. */
    synchronized int size() {
        return size;
    }
}
