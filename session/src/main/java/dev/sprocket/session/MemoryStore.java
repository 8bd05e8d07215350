package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.WatchableStore;
import dev.sprocket.session.spi.WritableStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Sessions in memory: for a site that is served by this very process, and for tests. Ids come from {@link SecureRandom};
 * none is taken over from a client.
 */
@ThreadSafe
public final class MemoryStore implements WritableStore, WatchableStore {
    /** How long a session lives after it was last written: 30 minutes. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(30);

    /** How many there may be: 100,000. */
    public static final int DEFAULT_CAPACITY = 100_000;

    /** More than anybody waits, and still a number of nanoseconds. */
    private static final Duration MAX_LIFETIME = Duration.ofDays(100 * 365);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final long lifetime;
    private final int capacity;
    /** Nanoseconds, which no change of the wall clock moves. */
    private final LongSupplier ticker;
    /** The one that was written longest ago is first. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();
    private long evicted;

    private record Entry(byte[] session, long expires) {}

    /** With the defaults. */
    public MemoryStore() {
        this(DEFAULT_LIFETIME, DEFAULT_CAPACITY);
    }

    /**
     * As told.
     *
     * @param lifetime of a session after it was last written
     * @param most of them at once; another one ends the one that was written longest ago, see {@link #evicted}
     */
    public MemoryStore(Duration lifetime, int most) {
        this(lifetime, most, System::nanoTime);
    }

    MemoryStore(Duration lifetime, int most, LongSupplier ticker) {
        if (lifetime.isZero() || lifetime.isNegative() || most < 1) {
            throw new IllegalArgumentException(
                    "lifetime and most: " + lifetime + ", " + most + " (expected: above zero, both)");
        }
        this.lifetime = lifetime.compareTo(MAX_LIFETIME) < 0 ? lifetime.toNanos() : MAX_LIFETIME.toNanos();
        this.capacity = most;
        this.ticker = ticker;
    }

    /** Begins a session, and returns its id: for a cookie, over TLS, {@code HttpOnly}. */
    public String create(byte[] session) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        List<String> gone;
        synchronized (this) {
            gone = removeExpired();
            if (entries.size() >= capacity) {
                Iterator<String> oldest = entries.keySet().iterator();
                gone.add(oldest.next());
                oldest.remove();
                evicted++;
            }
            put(id, session);
        }
        gone.forEach(this::notifyEnd);
        return id;
    }

    /** Ends a session, as a logout does; false if there is none. */
    public boolean end(String id) {
        boolean there;
        synchronized (this) {
            there = entries.remove(id) != null;
        }
        if (there) {
            notifyEnd(id);
        }
        return there;
    }

    /** How many sessions were ended because there were too many. */
    public synchronized long evicted() {
        return evicted;
    }

    /** How many there are. */
    public int size() {
        List<String> gone;
        int left;
        synchronized (this) {
            gone = removeExpired();
            left = entries.size();
        }
        gone.forEach(this::notifyEnd);
        return left;
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String id) {
        List<String> gone;
        Entry entry;
        synchronized (this) {
            gone = removeExpired();
            entry = entries.get(id);
        }
        gone.forEach(this::notifyEnd);
        return CompletableFuture.completedStage(
                Optional.ofNullable(entry).map(found -> found.session().clone()));
    }

    @Override
    public CompletionStage<Boolean> update(String id, Change change) {
        synchronized (this) {
            removeExpired().forEach(this::notifyEnd);
            Entry entry = entries.remove(id);
            if (entry == null) {
                return CompletableFuture.completedStage(false);
            }
            byte[] now = entry.session();
            try {
                now = change.apply(now.clone());
                return CompletableFuture.completedStage(true);
            } catch (SessionFormatException | RuntimeException e) {
                return CompletableFuture.failedStage(e);
            } finally {
                put(id, now);
            }
        }
    }

    private void put(String id, byte[] session) {
        entries.put(id, new Entry(session.clone(), ticker.getAsLong() + lifetime));
    }

    /** Takes out those whose time is over. */
    private List<String> removeExpired() {
        List<String> gone = new ArrayList<>();
        long now = ticker.getAsLong();
        Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, Entry> next = oldest.next();
            if (next.getValue().expires() - now > 0) {
                break;
            }
            gone.add(next.getKey());
            oldest.remove();
        }
        return gone;
    }

    @Override
    public Watch watch(Consumer<String> ended) {
        watchers.add(ended);
        return () -> watchers.remove(ended);
    }

    private void notifyEnd(String id) {
        watchers.forEach(watcher -> watcher.accept(id));
    }
}
