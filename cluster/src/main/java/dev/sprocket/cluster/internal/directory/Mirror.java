package dev.sprocket.cluster.internal.directory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Other nodes and their entries in memory; changed by the loop, read by all. */
final class Mirror {
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

    private final Directory store;
    private final Executor loop;
    private final Executor callbacks;
    private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();
    private final List<DirectoryListener> listeners = new CopyOnWriteArrayList<>();
    /** True when the entries of all nodes were read since this node has joined. */
    private boolean allKnown;

    Mirror(Directory store, Executor loop, Executor callbacks) {
        this.store = store;
        this.loop = loop;
        this.callbacks = callbacks;
    }

    /** Returns the nodes. Thread-safe. */
    Map<NodeId, Peer> peers() {
        return peers;
    }

    void add(DirectoryListener listener) {
        for (Peer peer : peers.values()) {
            call(listener, one -> one.onNodeJoined(peer.id));
            peer.entries.forEach(
                    (key, value) -> call(listener, one -> one.onEntry(peer.id, key.kind(), key.key(), value)));
        }
        if (allKnown) {
            call(listener, DirectoryListener::onAllKnown);
        }
        listeners.add(listener);
    }

    void tell(Consumer<DirectoryListener> event) {
        listeners.forEach(listener -> call(listener, event));
    }

    /** Calls a listener, and runs a task behind it on the loop. */
    void tellAndThen(Consumer<DirectoryListener> event, Runnable task) {
        tell(event);
        callbacks.execute(() -> loop.execute(task));
    }

    private void call(DirectoryListener listener, Consumer<DirectoryListener> event) {
        callbacks.execute(() -> {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOG.error(
                        "listener of the directory failed: type={}",
                        listener.getClass().getName(),
                        e);
            }
        });
    }

    /** Handles a node that is alive. */
    void onAlive(Directory.Member member, long now) {
        Peer peer = peers.get(member.id());
        if (peer == null) {
            peer = new Peer(member.id(), member.text(), now);
            peers.put(member.id(), peer);
            logJoined(member);
            tell(listener -> listener.onNodeJoined(member.id()));
        }
        peer.seenNanos = now;
        if (member.version() > peer.version) {
            read(peer);
        }
    }

    private void logJoined(Directory.Member member) {
        int nodes = peers.size() + 1;
        if (member.text().isEmpty()) {
            LOG.info("node joined: node={} nodes={}", member.id(), nodes);
        } else {
            LOG.info("node joined: node={} about=\"{}\" nodes={}", member.id(), member.text(), nodes);
        }
    }

    /** Forgets all nodes. */
    void clear() {
        allKnown = false;
        List.copyOf(peers.keySet()).forEach(this::remove);
    }

    /** Tells that all is known, once no entries are read any more. */
    void tellAllKnown() {
        if (!allKnown && peers.values().stream().noneMatch(peer -> peer.reading)) {
            allKnown = true;
            tell(DirectoryListener::onAllKnown);
        }
    }

    /** Removes a node; returns false if it is not known. */
    @CanIgnoreReturnValue
    boolean remove(NodeId node) {
        Peer peer = peers.remove(node);
        if (peer == null) {
            return false;
        }
        List<Entry> entries = peer.list();
        tell(listener -> listener.onNodeGone(node, entries));
        return true;
    }

    /** Handles a frame about changed entries; returns false if its sender is not known. */
    boolean onChanges(NodeId sender, Changes changes) {
        Peer peer = peers.get(sender);
        if (peer == null) {
            return false;
        }
        List<Entry> entries = changes.entries();
        if (entries != null && changes.previous() == peer.version) {
            peer.version = changes.version();
            entries.forEach(entry -> apply(peer, EntryKey.of(entry), entry.value()));
        } else if (changes.version() > peer.version) {
            read(peer);
        }
        return true;
    }

    private void apply(Peer peer, EntryKey key, @Nullable String value) {
        String before = value == null ? peer.entries.remove(key) : peer.entries.put(key, value);
        if (value == null ? before != null : !value.equals(before)) {
            tell(listener -> listener.onEntry(peer.id, key.kind(), key.key(), value));
        }
    }

    private void read(Peer peer) {
        if (peer.reading) {
            peer.readAgain = true;
            return;
        }
        peer.reading = true;
        store.read(peer.id)
                .whenComplete((entries, failure) -> loop.execute(() -> {
                    peer.reading = false;
                    boolean again = peer.readAgain;
                    peer.readAgain = false;
                    if (peers.get(peer.id) != peer || failure != null) {
                        return; // a failed read is repeated by the next comparison
                    }
                    if (entries.version() > peer.version) {
                        replace(peer, entries);
                    }
                    if (again) {
                        read(peer);
                    }
                    tellAllKnown();
                }));
    }

    private void replace(Peer peer, Directory.Entries entries) {
        Map<EntryKey, String> after = new HashMap<>();
        for (Entry entry : entries.entries()) {
            String value = entry.value();
            if (value != null) {
                after.put(EntryKey.of(entry), value);
            }
        }
        peer.version = entries.version();
        List.copyOf(peer.entries.keySet()).stream()
                .filter(key -> !after.containsKey(key))
                .forEach(key -> apply(peer, key, null));
        after.forEach((key, value) -> apply(peer, key, value));
    }
}
