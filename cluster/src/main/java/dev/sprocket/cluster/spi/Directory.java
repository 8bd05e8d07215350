package dev.sprocket.cluster.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.EventLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Leases and entries of the nodes, kept by the engine.
 *
 * <p>A node takes the lease of its name and renews it by beats. Its entries belong to its incarnation: they are removed
 * when its lease has ended and another node has taken them over. Time is measured by the engine; clocks of nodes are
 * not compared.
 *
 * <p>All stages complete within the time limit of the engine, and fail with {@link EventLog.UnavailableException} if it
 * is away; the command may have been carried out then. Each may be repeated.
 */
@ThreadSafe
public interface Directory {
    /** Maximum length of the kind of an entry, in bytes of UTF-8. */
    int MAX_KIND_BYTES = 64;
    /** Maximum length of the key of an entry, in bytes of UTF-8. */
    int MAX_KEY_BYTES = 4096;
    /** Maximum length of the value of an entry, in bytes of UTF-8. */
    int MAX_VALUE_BYTES = 0xFFFF;
    /** Memory that counts for each entry, in addition to its texts, in bytes. */
    int OVERHEAD = 64;

    /**
     * Entry of a node, or the removal of one.
     *
     * @param kind kind, which a feature chooses, for example {@code pattern}; without the character U+0000
     * @param key key, unique in the kind of the node
     * @param value value; null for an entry that is removed
     */
    record Entry(String kind, String key, @Nullable String value) {}

    /**
     * Limits of entries. An entry counts the bytes of its texts and {@link #OVERHEAD}.
     *
     * @param entries maximum number
     * @param bytes maximum of bytes
     */
    record Limits(int entries, long bytes) {}

    /** Lease of a node after its beat. */
    enum Lease {
        /** The lease continues. */
        RENEWED,
        /** The lease was free, and begins; the node has no entries. */
        TAKEN,
        /** Another incarnation holds the lease of the name. */
        HELD
    }

    /**
     * Node that the directory knows.
     *
     * @param id identity
     * @param text text of the node, for people
     * @param version version of its entries
     * @param alive whether it holds the lease of its name; others are taken over
     */
    record Member(NodeId id, String text, long version, boolean alive) {}

    /**
     * Answer to a beat.
     *
     * @param lease lease of the node
     * @param leftMillis rest of the lease of its name, in milliseconds, whoever holds it
     * @param members all nodes, in no order; empty if another incarnation holds the lease
     */
    record View(Lease lease, long leftMillis, List<Member> members) {}

    /** Result of a change. */
    enum Outcome {
        /** The change is stored. */
        STORED,
        /** The node does not hold its lease; nothing is stored. */
        NO_LEASE,
        /** The entries would exceed the limits; nothing is stored. */
        FULL
    }

    /**
     * Takes or renews the lease of a node, and lists all nodes.
     *
     * @param text text of the node, for example its address and version
     * @param lease time after which the lease ends without another beat
     */
    CompletionStage<View> beat(NodeId self, String text, Duration lease);

    /**
     * Entries of a node.
     *
     * @param version version of the entries
     * @param entries entries, in no order
     */
    record Entries(long version, List<Entry> entries) {}

    /** Reads the entries of a node; version 0 without entries if it is not known. */
    CompletionStage<Entries> read(NodeId node);

    /**
     * Change of the own entries of a node.
     *
     * @param version version of the entries after the change, higher than all before
     * @param replaces whether the entries before are removed
     * @param entries entries that are put or removed, at most one for each kind and key
     */
    record Change(long version, boolean replaces, List<Entry> entries) {}

    /**
     * Changes the entries of a node, and sends a frame to all in one act.
     *
     * @param own limits of the entries of this node
     * @param sum limits of the entries of all nodes
     * @param frame frame that is sent if the change is stored
     */
    CompletionStage<Outcome> change(NodeId self, Change change, Limits own, Limits sum, byte[] frame);

    /**
     * Takes over the entries of a node whose lease has ended.
     *
     * <p>One node gets them; another one only if that has lost its lease. They are kept until {@link #forget}, so the
     * node gets them again if it repeats this.
     *
     * @param self node that holds its lease
     * @param gone node without a lease
     * @return completes with the entries; null if the node is not known, not gone, or taken over by another node
     */
    CompletionStage<@Nullable Entries> takeOver(NodeId self, NodeId gone);

    /**
     * Removes a node that was taken over, and sends a frame to all nodes.
     *
     * @param self node that has taken it over; without effect for others
     */
    CompletionStage<Void> forget(NodeId self, NodeId gone, byte[] frame);

    /** Removes a node that closes, and sends a frame to all nodes. */
    CompletionStage<Void> leave(NodeId self, byte[] frame);
}
