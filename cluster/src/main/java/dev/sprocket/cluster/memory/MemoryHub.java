package dev.sprocket.cluster.memory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.log.EnvelopeLog;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.pubsub.Gap.Reason;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.TopicSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Server in memory that connects the engines of one process.
 *
 * <p>For tests of applications with several nodes, without Redis. Its faults behave like those of a server: {@link
 * #stop} and {@link #resume}, {@link #restartEmpty}, and those of one connection at {@link MemoryEngine}.
 */
@ThreadSafe
public final class MemoryHub {
    /** Memory of the log of all topics, in bytes: 64 MiB. */
    private static final long MAX_BYTES = 64 << 20;

    private final LongSupplier clock;
    private final List<MemoryEngine> engines = new ArrayList<>();
    private final Map<String, Set<MemoryEngine>> subscribers = new HashMap<>();
    private final Map<String, EnvelopeLog> logs = new HashMap<>();
    /** Engines with calls for their listeners that were queued under the lock. */
    private final Set<MemoryEngine> undrained = new LinkedHashSet<>();

    private final MemoryMembers members = new MemoryMembers(this);

    private final MemoryRetained retained = new MemoryRetained();
    private long bytes;

    /** Creates a hub without nodes. */
    public MemoryHub() {
        this(System::currentTimeMillis);
    }

    /**
     * Creates a hub with a clock.
     *
     * @param clockMillis returns the time of the hub in milliseconds
     */
    public MemoryHub(LongSupplier clockMillis) {
        this.clock = clockMillis;
    }

    /** Creates the engine of one more node. */
    public MemoryEngine engine() {
        return new MemoryEngine(this);
    }

    /** Stops the hub: commands are held until it resumes, and no engine hears anything. */
    public void stop() {
        engines().forEach(MemoryEngine::stall);
    }

    /** Resumes after {@link #stop}; held commands are carried out. */
    public void resume() {
        engines().forEach(MemoryEngine::resume);
    }

    /** Restarts the hub without its log; all engines are disconnected and connect again. */
    public void restartEmpty() {
        List<MemoryEngine> all = engines();
        all.forEach(MemoryEngine::disconnect);
        synchronized (this) {
            logs.clear();
            members.clear();
            retained.clear();
            bytes = 0;
        }
        all.forEach(MemoryEngine::reconnect);
    }

    /** Removes the newest events of a topic, as a failover does that loses them. Returns their number. */
    public synchronized int loseTail(String topic, int events) {
        EnvelopeLog log = log(topic);
        Engine.Excerpt all = log.read(Position.EARLIEST, Integer.MAX_VALUE, Integer.MAX_VALUE);
        int kept = Math.max(0, all.envelopes().size() - events);
        EnvelopeLog shorter =
                new EnvelopeLog(topic, log.find(Position.EARLIEST, 0, 0).start());
        for (byte[] envelope : all.envelopes().subList(0, kept)) {
            Envelope read = MemoryEngine.read(envelope);
            shorter.append(MemoryEngine.position(read), envelope, read.time().toEpochMilli());
        }
        logs.put(topic, shorter);
        return all.envelopes().size() - kept;
    }

    /** Ends the lease of a name, as if its time were over. */
    public synchronized void endLease(String node) {
        members.endLease(node);
    }

    private synchronized List<MemoryEngine> engines() {
        return List.copyOf(engines);
    }

    synchronized void add(MemoryEngine engine) {
        engines.add(engine);
    }

    synchronized void remove(MemoryEngine engine) {
        engines.remove(engine);
        subscribers.values().forEach(all -> all.remove(engine));
        subscribers.values().removeIf(Set::isEmpty);
    }

    synchronized void subscribe(MemoryEngine engine, Iterable<String> topics) {
        for (String topic : topics) {
            subscribers.computeIfAbsent(topic, name -> new LinkedHashSet<>()).add(engine);
        }
    }

    synchronized void unsubscribe(MemoryEngine engine, Iterable<String> topics) {
        for (String topic : topics) {
            subscribers.computeIfPresent(topic, (name, all) -> {
                all.remove(engine);
                return all.isEmpty() ? null : all;
            });
        }
    }

    /** Sends an envelope to the subscribers of a topic. */
    synchronized void relay(String topic, byte[] envelope) {
        for (MemoryEngine engine : subscribers.getOrDefault(topic, Set.of())) {
            engine.deliver(topic, envelope);
        }
    }

    synchronized Engine.Appended append(
            String topic, byte[] envelope, TopicSettings.History limits, @Nullable Collection<String> mailboxes) {
        EnvelopeLog log = log(topic);
        long now = clock.getAsLong();
        Position before = log.top();
        byte[] stamped = Envelope.stamp(envelope, now, before.epoch(), before.offset() + 1, before.offset());
        Position position = MemoryEngine.position(MemoryEngine.read(stamped));
        long size = log.bytes();
        log.append(position, stamped, now);
        log.trim(limits, now);
        bytes += log.bytes() - size;
        limitTotal();
        relay(topic, stamped);
        byte[] frame = ByteBuffer.allocate(1 + stamped.length)
                .put(Engine.EVENT_FRAME)
                .put(stamped)
                .array();
        if (mailboxes == null) {
            send(null, frame);
        } else {
            mailboxes.forEach(node -> send(node, frame));
        }
        return new Engine.Appended(position, before.offset());
    }

    private void limitTotal() {
        while (bytes > MAX_BYTES) {
            EnvelopeLog largest = logs.values().stream()
                    .max((one, other) -> Long.compare(one.bytes(), other.bytes()))
                    .orElseThrow();
            long size = largest.bytes();
            largest.removeOldest(Reason.EVICTED);
            bytes += largest.bytes() - size;
        }
    }

    /** Returns the log of a topic; guarded by the hub. */
    EnvelopeLog log(String topic) {
        return logs.computeIfAbsent(
                topic,
                name -> new EnvelopeLog(
                        name, new Position(ThreadLocalRandom.current().nextLong() | 1, 0, 0)));
    }

    synchronized void clear(String topic) {
        EnvelopeLog log = log(topic);
        bytes -= log.bytes();
        log.reset(log.top());
    }

    synchronized Set<String> check(Map<String, Position> newest) {
        Set<String> differing = new LinkedHashSet<>();
        newest.forEach((topic, position) -> {
            if (!log(topic).top().equals(position)) {
                differing.add(topic);
            }
        });
        return differing;
    }

    /** Remembers that an engine has calls for its listener; the caller holds the lock. */
    void drainLater(MemoryEngine engine) {
        undrained.add(engine);
    }

    /** Calls the listeners of all engines; the caller holds no lock. */
    void drainAll() {
        List<MemoryEngine> all;
        synchronized (this) {
            all = List.copyOf(undrained);
            undrained.clear();
        }
        all.forEach(MemoryEngine::drain);
    }

    /** Uses the retained events. */
    synchronized <T> T useRetained(Function<MemoryRetained, T> use) {
        return use.apply(retained);
    }

    long now() {
        return clock.getAsLong();
    }

    /** Uses the leases and entries of the nodes. */
    @CanIgnoreReturnValue
    synchronized <T extends @Nullable Object> T change(Function<MemoryMembers, T> use) {
        return use.apply(members);
    }

    /** Sends a frame to a node, or to all if no name is given. */
    synchronized void send(@Nullable String node, byte[] frame) {
        for (MemoryEngine engine : engines) {
            if (node == null || engine.isNode(node)) {
                engine.deliverFrame(frame);
            }
        }
    }
}
