package dev.sprocket.cluster.internal.directory;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.frame.FrameType;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Directory.Lease;
import dev.sprocket.cluster.spi.Directory.Limits;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NameInUseException;
import dev.sprocket.cluster.spi.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lease of this node, and its view of the other nodes and their entries.
 *
 * <p>State is confined to a loop that runs no code of users, so they cannot delay a beat. Times are measured by the
 * monotonic clock of this node and by the engine.
 */
@ThreadSafe
public final class NodeDirectory {
    /** Limits of the entries of this node. */
    public static final Limits OWN_LIMITS = new Limits(100_000, 16 << 20);
    /** Limits of the entries of all nodes. */
    public static final Limits SUM_LIMITS = new Limits(1_000_000, 128 << 20);

    private static final Logger LOG = LoggerFactory.getLogger(NodeDirectory.class);

    private enum State {
        JOINING,
        MEMBER,
        CUT_OFF,
        REFUSED,
        CLOSED
    }

    /**
     * Times and text of a node.
     *
     * @param about text of the node, for people
     * @param beat time between beats
     * @param lease time after which the lease ends without a beat
     */
    public record Settings(String about, Duration beat, Duration lease) {
        /** Throws {@link IllegalArgumentException} if the lease is shorter than two beats. */
        public Settings {
            if (beat.isNegative() || beat.isZero() || lease.compareTo(beat.multipliedBy(2)) < 0) {
                throw new IllegalArgumentException("beat of " + beat.toMillis() + " ms and lease of " + lease.toMillis()
                        + " ms (expected: a lease of at least two beats)");
            }
        }
    }

    private final Engine engine;
    private final Directory store;
    private final Frames frames;
    private final NodeId self;
    private final Settings settings;
    private final Executor loop;
    private final LongSupplier nanoTime;
    private final Mirror mirror;
    private final OwnEntries own;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    /** Gone nodes that this node is taking over. */
    private final Set<NodeId> takingOver = new HashSet<>();

    private volatile State state = State.JOINING;
    private Engine.State engineState = Engine.State.AWAY;
    private boolean beating;
    private boolean beatAgain;
    private long beatNanos;
    /** Monotonic time of the last beat that was answered. */
    private long renewedNanos;
    /** Monotonic time until which a lease that has ended proves nothing. */
    private long doubtNanos;
    /** Rest of the lease of another incarnation of this name; 0 if none was seen. */
    private long heldMillis;

    /**
     * Creates a directory; {@link #tick} begins it.
     *
     * @param loop runs tasks one at a time and in order; never runs code of users
     * @param callbacks runs the listeners, one at a time and in order
     * @param nanoTime monotonic time in nanoseconds
     */
    public NodeDirectory(
            Engine engine, Frames frames, Settings settings, Executor loop, Executor callbacks, LongSupplier nanoTime) {
        this.engine = engine;
        this.store = engine.directory();
        this.frames = frames;
        this.self = frames.self();
        this.settings = settings;
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.mirror = new Mirror(store, this::execute, task -> execute(callbacks, task));
        this.own = new OwnEntries(store, frames, this::execute, OWN_LIMITS, SUM_LIMITS);
        this.beatNanos = nanoTime.getAsLong() - settings.beat.toNanos();
        frames.handle(FrameType.JOINED, (sender, body) -> execute(() -> onJoined(sender)));
        frames.handle(FrameType.LEFT, (sender, body) -> execute(() -> onLeft(sender)));
        frames.handle(FrameType.GONE, (sender, body) -> {
            NodeId gone = body.node();
            execute(() -> onGone(gone, "taken over by " + sender));
        });
        frames.handle(FrameType.CHANGED, (sender, body) -> {
            Changes changes = Changes.read(body);
            execute(() -> onChanges(sender, changes));
        });
    }

    private void execute(Runnable task) {
        execute(loop, task);
    }

    private void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("directory is closed: node={}", self);
        }
    }

    // --- for all threads

    /** Returns a stage that completes when this node has its lease; fails with {@link NameInUseException}. */
    public CompletionStage<Void> joined() {
        return joined.copy();
    }

    /** Returns whether this node has its lease. */
    public boolean isMember() {
        return state == State.MEMBER;
    }

    /** Adds a listener, which is called for what is known. */
    public void listen(DirectoryListener listener) {
        execute(() -> mirror.add(listener));
    }

    /** Returns the other nodes that are alive as this node sees them, with their texts. */
    public Map<NodeId, String> others() {
        Map<NodeId, String> others = new HashMap<>();
        mirror.peers().forEach((id, peer) -> others.put(id, peer.text));
        return others;
    }

    /** Returns the entries of a kind of all nodes, with this one, by key. */
    public Map<NodeId, Map<String, String>> entries(String kind) {
        Map<NodeId, Map<String, String>> all = new HashMap<>();
        all.put(self, ofKind(kind, own.entries()));
        mirror.peers().forEach((id, peer) -> all.put(id, ofKind(kind, peer.entries)));
        return all;
    }

    private static Map<String, String> ofKind(String kind, Map<EntryKey, String> entries) {
        Map<String, String> found = new HashMap<>();
        entries.forEach((key, value) -> {
            if (key.kind().equals(kind)) {
                found.put(key.key(), value);
            }
        });
        return found;
    }

    /**
     * Puts an entry of this node.
     *
     * <p>While this node is not connected, the stage fails, and the entry is put when it is.
     *
     * @return completes when the engine has stored the entry; fails with {@link IllegalStateException} if the directory
     *     is full
     * @throws IllegalArgumentException if a text is too long; see {@link Directory}
     */
    public CompletionStage<Void> put(String kind, String key, String value) {
        return change(new EntryKey(kind, key), value);
    }

    /** Removes an entry of this node; completes when the engine has removed it. */
    public CompletionStage<Void> remove(String kind, String key) {
        return change(new EntryKey(kind, key), null);
    }

    private CompletionStage<Void> change(EntryKey key, @Nullable String value) {
        var unused = key.size(value); // throws if a text is too long
        CompletableFuture<Void> stored = new CompletableFuture<>();
        execute(() -> own.put(key, value, stored));
        return stored;
    }

    /** Gives up the lease and the entries, and tells the others. */
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        execute(() -> {
            boolean wasMember = state == State.MEMBER;
            state = State.CLOSED;
            own.cutOff();
            if (!wasMember) {
                left.complete(null);
                return;
            }
            store.leave(self, frames.begin(FrameType.LEFT).toBytes())
                    .whenComplete((done, failure) -> left.complete(null));
        });
        return left;
    }

    /** Beats if it is time, or ends the lease; called several times in a beat. */
    public void tick() {
        execute(() -> {
            long now = nanoTime.getAsLong();
            endLease(now);
            Engine.State before = engineState;
            engineState = engine.state();
            boolean returned = engineState == Engine.State.UP && before != Engine.State.UP;
            if (returned) {
                doubt();
            }
            if (returned || state != State.MEMBER || now - beatNanos >= settings.beat.toNanos()) {
                beat();
            }
        });
    }

    // --- the lease

    private void endLease(long now) {
        if (state == State.MEMBER && now - renewedNanos > settings.lease.toNanos()) {
            cutOff("lease of " + settings.lease.toMillis() + " ms not renewed");
        }
    }

    private void cutOff(String cause) {
        state = State.CUT_OFF;
        LOG.warn(
                "node cut off: node={} cause=\"{}\" (check the engine, and whether this process stood still)",
                self,
                cause);
        own.cutOff();
        mirror.tell(DirectoryListener::onCutOff);
        mirror.clear();
    }

    private void beat() {
        if (state == State.REFUSED || state == State.CLOSED) {
            return;
        }
        if (beating) {
            beatAgain = true;
            return;
        }
        beating = true;
        beatAgain = false;
        long sent = nanoTime.getAsLong();
        long begun = own.begun();
        beatNanos = sent;
        store.beat(self, settings.about, settings.lease)
                .whenComplete((view, failure) -> execute(() -> {
                    beating = false;
                    if (failure == null && state != State.CLOSED) {
                        onView(view, sent, begun);
                    }
                    if (beatAgain) {
                        beat();
                    }
                }));
    }

    private void onView(Directory.View view, long sent, long begun) {
        long now = nanoTime.getAsLong();
        endLease(now);
        if (view.lease() == Lease.HELD) {
            onHeld(view.leftMillis());
            return;
        }
        if (now - sent > settings.lease.toNanos()) {
            return; // the lease may have ended again
        }
        if (state != State.MEMBER) {
            join();
        } else if (view.lease() == Lease.TAKEN) {
            LOG.warn("lease was missing: node={} (did the engine lose its data, or its clock jump?)", self);
            doubt();
            announce();
        } else if (now - renewedNanos > 2 * settings.beat.toNanos()) {
            doubt();
        }
        renewedNanos = sent;
        compare(view.members(), now, begun);
    }

    private void onHeld(long leftMillis) {
        if (state == State.MEMBER) {
            cutOff("another incarnation holds the lease of the name");
        } else if (state == State.JOINING && heldMillis == 0) {
            LOG.info("node name in use: node={} leaseMillis={} (waiting for the lease to end)", self, leftMillis);
        } else if (state == State.JOINING && leftMillis > heldMillis) {
            state = State.REFUSED;
            LOG.error("node name in use: node={} (another running node renews the lease; choose another name)", self);
            joined.completeExceptionally(new NameInUseException("node name \"" + self.name()
                    + "\" is in use by another running node (expected: a name of its own for each node)"));
        }
        heldMillis = Math.max(1, leftMillis);
    }

    private void join() {
        boolean restored = state == State.CUT_OFF;
        state = State.MEMBER;
        own.joined();
        doubt();
        announce();
        LOG.info(restored ? "node restored: node={}" : "node joined its cluster: node={}", self);
        if (restored) {
            mirror.tell(DirectoryListener::onRestored);
        }
        joined.complete(null);
    }

    private void announce() {
        var unused = engine.sendAll(frames.begin(FrameType.JOINED).toBytes());
    }

    /** Ignores ended leases for two beats: others may have been unable to renew theirs. */
    private void doubt() {
        doubtNanos = nanoTime.getAsLong() + 2 * settings.beat.toNanos();
    }

    // --- the others

    private void compare(List<Directory.Member> members, long now, long begun) {
        Set<NodeId> listed = new HashSet<>();
        for (Directory.Member member : members) {
            listed.add(member.id());
            if (member.id().equals(self)) {
                own.compare(member.version(), begun);
            } else if (member.alive()) {
                mirror.onAlive(member, now);
            } else if (now - doubtNanos >= 0) {
                onGone(member.id(), "lease has ended");
                takeOver(member.id());
            }
        }
        mirror.tellAllKnown();
        mirror.peers().forEach((id, peer) -> {
            if (!listed.contains(id) && now - peer.seenNanos > settings.lease.toNanos()) {
                onGone(id, "not known to the engine");
            }
        });
    }

    private void onJoined(NodeId sender) {
        if (!sender.equals(self) && state == State.MEMBER) {
            beat();
        }
    }

    private void onLeft(NodeId sender) {
        if (mirror.remove(sender)) {
            LOG.info("node left: node={} nodes={}", sender, mirror.peers().size() + 1);
        }
    }

    private void onGone(NodeId gone, String cause) {
        if (mirror.remove(gone)) {
            LOG.warn(
                    "node gone: node={} cause=\"{}\" nodes={} (check the node)",
                    gone,
                    cause,
                    mirror.peers().size() + 1);
        }
    }

    private void onChanges(NodeId sender, Changes changes) {
        if (!sender.equals(self) && state == State.MEMBER && !mirror.onChanges(sender, changes)) {
            beat();
        }
    }

    private void takeOver(NodeId gone) {
        if (!takingOver.add(gone)) {
            return;
        }
        store.takeOver(self, gone)
                .whenComplete((entries, failure) -> execute(() -> {
                    if (failure != null || entries == null || state != State.MEMBER) {
                        takingOver.remove(gone);
                        return;
                    }
                    LOG.info(
                            "node taken over: node={} entries={}",
                            gone,
                            entries.entries().size());
                    mirror.tellAndThen(listener -> listener.onTakenOver(gone, entries.entries()), () -> forget(gone));
                }));
    }

    private void forget(NodeId gone) {
        byte[] frame = frames.begin(FrameType.GONE).node(gone).toBytes();
        store.forget(self, gone, frame).whenComplete((done, failure) -> execute(() -> takingOver.remove(gone)));
    }
}
