package dev.sprocket.cluster.internal.pattern;

import dev.sprocket.cluster.internal.directory.DirectoryListener;
import dev.sprocket.cluster.internal.directory.NodeDirectory;
import dev.sprocket.cluster.internal.frame.FrameException;
import dev.sprocket.cluster.internal.frame.FrameReader;
import dev.sprocket.cluster.internal.frame.FrameType;
import dev.sprocket.cluster.internal.frame.FrameWriter;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Patterns of the nodes in the directory.
 *
 * <p>Called by the executor of the node. The value of an entry is its number, with which other nodes acknowledge it.
 */
public final class SharedPatterns implements DirectoryListener, OwnPatterns.Directory {
    private static final String KIND = "pattern";
    /** Largest number of acknowledgements of one frame. */
    private static final int MAX_ACKNOWLEDGED = 4096;

    private final NodeDirectory directory;
    private final Engine engine;
    private final Frames frames;
    private final NodePatterns patterns;
    private final OwnPatterns own;
    private final Executor executor;
    /** Numbers to acknowledge at the end of this turn, by node. */
    private final Map<NodeId, List<Long>> acknowledging = new HashMap<>();

    private SharedPatterns(
            NodeDirectory directory,
            Engine engine,
            Frames frames,
            NodePatterns patterns,
            OwnPatterns own,
            Executor executor) {
        this.directory = directory;
        this.engine = engine;
        this.frames = frames;
        this.patterns = patterns;
        this.own = own;
        this.executor = executor;
    }

    /** Connects the patterns of a node with its directory. */
    public static void connect(
            NodeDirectory directory,
            Engine engine,
            Frames frames,
            NodePatterns patterns,
            OwnPatterns own,
            Executor executor) {
        SharedPatterns shared = new SharedPatterns(directory, engine, frames, patterns, own, executor);
        patterns.known(false);
        own.connect(shared);
        frames.handle(FrameType.PATTERNS_KNOWN, shared::onAcknowledged);
        directory.listen(shared);
    }

    @Override
    public CompletionStage<Void> put(PatternEntry entry, long number) {
        try {
            return directory.put(KIND, entry.key(), Long.toString(number));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void remove(PatternEntry entry) {
        var unused = directory.remove(KIND, entry.key());
    }

    @Override
    public Set<NodeId> others() {
        return directory.others().keySet();
    }

    @Override
    public boolean isReachable() {
        return directory.isMember();
    }

    @Override
    public void onEntry(NodeId node, String kind, String key, @Nullable String value) {
        PatternEntry entry = kind.equals(KIND) ? PatternEntry.of(key) : null;
        if (entry == null) {
            return;
        }
        if (value == null) {
            patterns.remove(node, entry);
            return;
        }
        patterns.add(node, entry);
        if (value.matches("[0-9]{1,18}")) {
            if (acknowledging.isEmpty()) {
                executor.execute(this::acknowledge);
            }
            acknowledging.computeIfAbsent(node, name -> new ArrayList<>()).add(Long.parseLong(value));
        }
    }

    private void acknowledge() {
        acknowledging.forEach((node, numbers) -> {
            for (int from = 0; from < numbers.size(); from += MAX_ACKNOWLEDGED) {
                FrameWriter frame = frames.begin(FrameType.PATTERNS_KNOWN);
                numbers.subList(from, Math.min(numbers.size(), from + MAX_ACKNOWLEDGED))
                        .forEach(frame::int64);
                var unused = engine.send(node.name(), frame.toBytes());
            }
        });
        acknowledging.clear();
    }

    private void onAcknowledged(NodeId sender, FrameReader body) throws FrameException {
        while (body.remaining() > 0) {
            own.onAcknowledged(sender, body.int64());
        }
    }

    @Override
    public void onNodeGone(NodeId node, List<Entry> entries) {
        patterns.removeAll(node);
        own.onGone(node);
    }

    @Override
    public void onCutOff() {
        patterns.known(false);
        own.onCutOff();
    }

    @Override
    public void onAllKnown() {
        patterns.known(true);
        own.onAllKnown();
    }
}
