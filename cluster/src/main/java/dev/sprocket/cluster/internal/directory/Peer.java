package dev.sprocket.cluster.internal.directory;

import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Another node with its entries; changed by the loop, entries are read by all. */
final class Peer {
    final NodeId id;
    final String text;
    final Map<EntryKey, String> entries = new ConcurrentHashMap<>();
    long version;
    /** Monotonic time when the node was known to be alive. */
    long seenNanos;
    /** True while its entries are read, and if they must be read again. */
    boolean reading;

    boolean readAgain;

    Peer(NodeId id, String text, long seenNanos) {
        this.id = id;
        this.text = text;
        this.seenNanos = seenNanos;
    }

    List<Entry> list() {
        List<Entry> list = new ArrayList<>();
        entries.forEach((key, value) -> list.add(key.entry(value)));
        return list;
    }
}
