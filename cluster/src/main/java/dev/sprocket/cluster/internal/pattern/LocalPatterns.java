package dev.sprocket.cluster.internal.pattern;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.cluster.spi.NodeId;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Directory of a node whose patterns no other node knows. */
@Immutable
final class LocalPatterns implements OwnPatterns.Directory {
    /** Creates a directory without other nodes. */
    LocalPatterns() {}

    @Override
    public CompletionStage<Void> put(PatternEntry entry, long number) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void remove(PatternEntry entry) {}

    @Override
    public Set<NodeId> others() {
        return Set.of();
    }

    @Override
    public boolean isReachable() {
        return true;
    }
}
