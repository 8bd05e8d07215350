package dev.sprocket.cluster.internal.directory;

import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.Directory.Limits;
import dev.sprocket.cluster.spi.Directory.Outcome;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of this node, and their way into the engine: one change at a time.
 *
 * <p>Changes during one are sent together. Confined to the loop of the directory, unless a method says otherwise.
 */
final class OwnEntries {
    private static final Logger LOG = LoggerFactory.getLogger(OwnEntries.class);

    /** Largest number of entries of a change. */
    private static final int MAX_BATCH = 1000;
    /** Largest change in bytes. */
    private static final long MAX_BATCH_BYTES = 256 << 10;
    /** Largest change that is sent to the others with its entries, in bytes. */
    private static final long MAX_FRAME_BYTES = 32 << 10;

    /** Change of an entry that is not stored yet. */
    private static final class Pending {
        final List<CompletableFuture<Void>> waiting = new ArrayList<>(1);
        final @Nullable String before;

        @Nullable
        String value;

        Pending(@Nullable String before) {
            this.before = before;
        }
    }

    private final Directory store;
    private final Frames frames;
    private final NodeId self;
    private final Executor loop;
    private final Limits own;
    private final Limits sum;
    /** Entries as they should be. */
    private final Map<EntryKey, String> entries = new ConcurrentHashMap<>();

    private Map<EntryKey, Pending> pending = new LinkedHashMap<>();
    /** Changes that put all entries again. */
    private Deque<Directory.Change> again = new ArrayDeque<>();

    private long bytes;
    private long version;
    /** Number of changes that were begun. */
    private long begun;

    private boolean changing;
    private boolean member;
    private boolean full;
    /** True if changes are sent one by one: together they exceeded the limits. */
    private boolean single;

    OwnEntries(Directory store, Frames frames, Executor loop, Limits own, Limits sum) {
        this.store = store;
        this.frames = frames;
        this.self = frames.self();
        this.loop = loop;
        this.own = own;
        this.sum = sum;
    }

    /** Returns the entries of this node. Thread-safe. */
    Map<EntryKey, String> entries() {
        return entries;
    }

    long begun() {
        return begun;
    }

    void put(EntryKey key, @Nullable String value, CompletableFuture<Void> stored) {
        String before = entries.get(key);
        long added = (value == null ? 0 : key.size(value)) - (before == null ? 0 : key.size(before));
        boolean more = value != null && before == null;
        if (added > 0 && (bytes + added > own.bytes() || (more && entries.size() >= own.entries()))) {
            stored.completeExceptionally(new IllegalStateException("directory is full (expected: at most "
                    + own.entries() + " entries and " + own.bytes() + " bytes of one node)"));
            return;
        }
        set(key, value);
        if (!member) {
            stored.completeExceptionally(new UnavailableException("node is not connected to the others"));
            return;
        }
        Pending change = pending.computeIfAbsent(key, name -> new Pending(before));
        change.value = value;
        change.waiting.add(stored);
        flush();
    }

    private void set(EntryKey key, @Nullable String value) {
        String before = value == null ? entries.remove(key) : entries.put(key, value);
        bytes += (value == null ? 0 : key.size(value)) - (before == null ? 0 : key.size(before));
    }

    /** Begins when this node has its lease. */
    void joined() {
        member = true;
    }

    /** Ends when this node is cut off: what waits fails, all is put again later. */
    void cutOff() {
        member = false;
        version++;
        again.clear();
        fail(pending, new UnavailableException("node is cut off"));
        pending = new LinkedHashMap<>();
    }

    /**
     * Compares the own entries with the engine.
     *
     * @param stored version in the engine
     * @param begunBefore number of changes that were begun before it was asked
     */
    void compare(long stored, long begunBefore) {
        if (member && !changing && begun == begunBefore && stored != version) {
            putAgain();
        }
        flush();
    }

    private void putAgain() {
        LOG.debug("entries put again: entries={}", entries.size());
        again.clear();
        List<Entry> chunk = new ArrayList<>();
        long size = 0;
        for (Map.Entry<EntryKey, String> entry : entries.entrySet()) {
            long added = entry.getKey().size(entry.getValue());
            if (chunk.size() == MAX_BATCH || size + added > MAX_BATCH_BYTES) {
                addAgain(chunk);
                chunk = new ArrayList<>();
                size = 0;
            }
            chunk.add(entry.getKey().entry(entry.getValue()));
            size += added;
        }
        addAgain(chunk);
    }

    private void addAgain(List<Entry> chunk) {
        again.add(new Directory.Change(0, again.isEmpty(), chunk));
    }

    private void flush() {
        if (changing || !member) {
            return;
        }
        Directory.Change next = again.poll();
        if (next != null) {
            send(next.replaces(), next.entries(), Map.of());
        } else if (!pending.isEmpty()) {
            Map<EntryKey, Pending> batch = take();
            List<Entry> changed = new ArrayList<>();
            batch.forEach((key, change) -> changed.add(key.entry(change.value)));
            send(false, changed, batch);
        }
    }

    private Map<EntryKey, Pending> take() {
        Map<EntryKey, Pending> batch = new LinkedHashMap<>();
        long size = 0;
        Iterator<Map.Entry<EntryKey, Pending>> next = pending.entrySet().iterator();
        while (next.hasNext() && size < MAX_BATCH_BYTES && batch.size() < (single ? 1 : MAX_BATCH)) {
            Map.Entry<EntryKey, Pending> entry = next.next();
            size += entry.getKey().size(entry.getValue().value);
            batch.put(entry.getKey(), entry.getValue());
            next.remove();
        }
        single = single && !pending.isEmpty();
        return batch;
    }

    private void send(boolean replaces, List<Entry> changed, Map<EntryKey, Pending> batch) {
        changing = true;
        begun++;
        long previous = version++;
        long size = changed.stream()
                .mapToLong(entry -> EntryKey.of(entry).size(entry.value()))
                .sum();
        boolean whole = !replaces && size <= MAX_FRAME_BYTES;
        byte[] frame = new Changes(previous, version, whole ? changed : null).frame(frames);
        long sent = version;
        store.change(self, new Directory.Change(sent, replaces, changed), own, sum, frame)
                .whenComplete((outcome, failure) ->
                        loop.execute(() -> onChanged(previous, batch, failure == null ? outcome : null)));
    }

    private void onChanged(long previous, Map<EntryKey, Pending> batch, @Nullable Outcome outcome) {
        changing = false;
        if (outcome == Outcome.STORED) {
            full = false;
            batch.values().forEach(change -> change.waiting.forEach(stored -> stored.complete(null)));
        } else if (outcome == Outcome.FULL) {
            onFull(previous, batch);
        } else { // the next comparison finds out what is stored
            again.clear();
            fail(batch, new UnavailableException(outcome == null ? "engine does not answer" : "lease has ended"));
        }
        flush();
    }

    private void onFull(long previous, Map<EntryKey, Pending> batch) {
        if (!full) {
            full = true;
            LOG.warn(
                    "directory full, entry refused: ownEntries={} ownBytes={} limitOfAllNodes={}",
                    entries.size(),
                    bytes,
                    sum);
        }
        if (batch.isEmpty()) {
            again.clear(); // all is put again after the next comparison
            return;
        }
        version = member && version == previous + 1 ? previous : version;
        if (batch.size() > 1) {
            single = true;
            batch.putAll(merge(batch, pending));
            pending = batch;
            return;
        }
        batch.forEach((key, change) -> {
            if (!pending.containsKey(key)) {
                set(key, change.before);
            }
        });
        fail(
                batch,
                new IllegalStateException("directory is full (expected: at most " + sum.entries() + " entries and "
                        + sum.bytes() + " bytes of all nodes)"));
    }

    /** Returns later changes with the callers that wait for earlier ones of the same key. */
    private static Map<EntryKey, Pending> merge(Map<EntryKey, Pending> earlier, Map<EntryKey, Pending> later) {
        later.forEach((key, change) -> {
            Pending first = earlier.get(key);
            if (first != null) {
                change.waiting.addAll(0, first.waiting);
            }
        });
        return later;
    }

    private static void fail(Map<EntryKey, Pending> batch, Exception cause) {
        batch.values().forEach(change -> change.waiting.forEach(stored -> stored.completeExceptionally(cause)));
    }
}
