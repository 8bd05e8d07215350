package dev.sprocket.cluster.internal.directory;

import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receiver of what this node learns of the others.
 *
 * <p>Called in order on the executor of the node. A listener that is added later is first called for what is known.
 */
public interface DirectoryListener {
    /** Called for another node that is alive; its entries follow. */
    default void onNodeJoined(NodeId node) {}

    /**
     * Called for another node that is gone.
     *
     * <p>It has closed, its lease has ended, or this node is cut off and does not know it any more.
     *
     * @param entries its last known entries; {@link #onEntry} is not called for them
     */
    default void onNodeGone(NodeId node, List<Entry> entries) {}

    /**
     * Called for an entry of another node that was put or removed.
     *
     * @param value value; null if the entry was removed
     */
    default void onEntry(NodeId node, String kind, String key, @Nullable String value) {}

    /**
     * Called on one surviving node for a node whose lease has ended, after {@link #onNodeGone}.
     *
     * <p>Called again, there or on another node, if the first one dies before it has returned.
     *
     * @param entries entries of the node in the engine
     */
    default void onTakenOver(NodeId node, List<Entry> entries) {}

    /**
     * Called when this node could not renew its lease.
     *
     * <p>It no longer knows the other nodes: {@link #onNodeGone} is called for each. Others may have taken over its
     * entries.
     */
    default void onCutOff() {}

    /** Called when the entries of all nodes are known, after joining or being restored. */
    default void onAllKnown() {}

    /** Called when this node has its lease again; its own entries are put again. */
    default void onRestored() {}
}
