package dev.sprocket.cluster.memory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Directory.Entries;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.Directory.Lease;
import dev.sprocket.cluster.spi.Directory.Limits;
import dev.sprocket.cluster.spi.Directory.Member;
import dev.sprocket.cluster.spi.Directory.Outcome;
import dev.sprocket.cluster.spi.Directory.View;
import dev.sprocket.cluster.spi.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Leases and entries of the nodes of a hub, which guards them. */
final class MemoryMembers {
    /**
     * Lease of a name.
     *
     * @param incarnation incarnation that holds it
     * @param endMillis time of the hub when it ends
     */
    private record Held(long incarnation, long endMillis) {}

    /**
     * Key of an entry.
     *
     * @param kind kind
     * @param key key in the kind
     */
    private record Key(String kind, String key) {}

    /** Entries of an incarnation. */
    private static final class Owned {
        final Map<Key, String> entries = new LinkedHashMap<>();
        String text = "";
        long version;
        long bytes;

        @Nullable
        NodeId takenOverBy;
    }

    private final MemoryHub hub;
    private final Map<String, Held> leases = new HashMap<>();
    private final Map<NodeId, Owned> members = new LinkedHashMap<>();

    MemoryMembers(MemoryHub hub) {
        this.hub = hub;
    }

    void clear() {
        leases.clear();
        members.clear();
    }

    void endLease(String name) {
        leases.remove(name);
    }

    private @Nullable Held held(String name) {
        leases.computeIfPresent(name, (key, lease) -> lease.endMillis <= hub.now() ? null : lease);
        return leases.get(name);
    }

    private boolean isAlive(NodeId node) {
        Held lease = held(node.name());
        return lease != null && lease.incarnation == node.incarnation();
    }

    View beat(NodeId self, String text, long leaseMillis) {
        Held holder = held(self.name());
        if (holder != null && holder.incarnation != self.incarnation()) {
            return new View(Lease.HELD, holder.endMillis - hub.now(), List.of());
        }
        if (holder == null) {
            members.remove(self);
        }
        leases.put(self.name(), new Held(self.incarnation(), hub.now() + leaseMillis));
        members.computeIfAbsent(self, id -> new Owned()).text = text;
        List<Member> all = new ArrayList<>();
        members.forEach((id, owned) -> all.add(new Member(id, owned.text, owned.version, isAlive(id))));
        return new View(holder == null ? Lease.TAKEN : Lease.RENEWED, leaseMillis, all);
    }

    Entries read(NodeId node) {
        Owned owned = members.get(node);
        return owned == null ? new Entries(0, List.of()) : entries(owned);
    }

    private static Entries entries(Owned owned) {
        List<Entry> entries = new ArrayList<>();
        owned.entries.forEach((key, value) -> entries.add(new Entry(key.kind, key.key, value)));
        return new Entries(owned.version, entries);
    }

    private static long size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    Outcome change(NodeId self, Directory.Change change, Limits own, Limits sum, byte[] frame) {
        Owned owned = members.get(self);
        if (!isAlive(self) || owned == null) {
            return Outcome.NO_LEASE;
        }
        Map<Key, String> after = change.replaces() ? new LinkedHashMap<>() : new LinkedHashMap<>(owned.entries);
        for (Entry entry : change.entries()) {
            Key key = new Key(entry.kind(), entry.key());
            String value = entry.value();
            if (value == null) {
                after.remove(key);
            } else {
                after.put(key, value);
            }
        }
        long bytes = after.entrySet().stream()
                .mapToLong(entry -> Directory.OVERHEAD
                        + size(entry.getKey().kind)
                        + size(entry.getKey().key)
                        + size(entry.getValue()))
                .sum();
        int allEntries = after.size() - owned.entries.size();
        long allBytes = bytes - owned.bytes;
        boolean grows = allEntries > 0 || allBytes > 0;
        for (Owned one : members.values()) {
            allEntries += one.entries.size();
            allBytes += one.bytes;
        }
        if (grows
                && (after.size() > own.entries()
                        || bytes > own.bytes()
                        || allEntries > sum.entries()
                        || allBytes > sum.bytes())) {
            return Outcome.FULL;
        }
        owned.entries.clear();
        owned.entries.putAll(after);
        owned.bytes = bytes;
        owned.version = change.version();
        hub.send(null, frame);
        return Outcome.STORED;
    }

    @Nullable
    Entries takeOver(NodeId self, NodeId gone) {
        Owned owned = members.get(gone);
        if (owned == null || isAlive(gone) || !isAlive(self)) {
            return null;
        }
        NodeId other = owned.takenOverBy;
        if (other != null && !other.equals(self) && isAlive(other)) {
            return null;
        }
        owned.takenOverBy = self;
        return entries(owned);
    }

    @CanIgnoreReturnValue
    boolean forget(NodeId self, NodeId gone, byte[] frame) {
        Owned owned = members.get(gone);
        if (owned == null || !self.equals(owned.takenOverBy)) {
            return false;
        }
        members.remove(gone);
        hub.send(null, frame);
        return true;
    }

    @CanIgnoreReturnValue
    boolean leave(NodeId self, byte[] frame) {
        if (isAlive(self)) {
            leases.remove(self.name());
        }
        members.remove(self);
        hub.send(null, frame);
        return true;
    }
}
