package dev.sprocket.cluster.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NameInUseException;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.leaktest.InOrder;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Directories of several nodes at an engine in memory, in one thread, with one clock. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class NodeDirectoryTest {
    private static final Duration BEAT = Duration.ofSeconds(3);
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final List<Node> nodes = new ArrayList<>();
    private long nowMillis = 1_000_000;
    /** Lead of the engine's clock. */
    private long aheadMillis;

    private final MemoryHub hub = new MemoryHub(() -> nowMillis + aheadMillis);

    /** Node that notes what its directory tells. */
    private final class Node implements DirectoryListener, Engine.Listener {
        final MemoryEngine engine = hub.engine();
        final NodeId id;
        final List<String> told = new ArrayList<>();
        final Frames frames;
        final NodeDirectory directory;
        boolean dead;

        Node(String name) {
            this(NodeId.start(name));
        }

        Node(NodeId id) {
            this.id = id;
            this.frames = new Frames(id);
            this.directory = new NodeDirectory(
                    engine,
                    frames,
                    new NodeDirectory.Settings("about " + id.name(), BEAT, LEASE),
                    new InOrder(),
                    new InOrder(),
                    () -> nowMillis * 1_000_000);
            directory.listen(this);
            nodes.add(this);
            engine.start(id, this);
            directory.tick();
        }

        void kill() {
            dead = true;
            engine.disconnect();
        }

        CompletableFuture<Void> put(String key, String value) {
            return directory.put("k", key, value).toCompletableFuture();
        }

        Map<String, String> sees(Node other) {
            return directory.entries("k").getOrDefault(other.id, Map.of());
        }

        Set<String> others() {
            return Set.copyOf(
                    directory.others().keySet().stream().map(NodeId::name).toList());
        }

        @CanIgnoreReturnValue
        List<String> takeTold() {
            List<String> taken = List.copyOf(told);
            told.clear();
            return taken;
        }

        @Override
        public void onNodeJoined(NodeId node) {
            told.add("joined " + node.name());
        }

        @Override
        public void onNodeGone(NodeId node, List<Entry> entries) {
            told.add("gone " + node.name() + " " + entries.size());
        }

        @Override
        public void onEntry(NodeId node, String kind, String key, @Nullable String value) {
            told.add(node.name() + " " + key + "=" + value);
        }

        @Override
        public void onTakenOver(NodeId node, List<Entry> entries) {
            told.add("took over " + node.name() + " " + entries.size());
        }

        @Override
        public void onCutOff() {
            told.add("cut off");
        }

        @Override
        public void onAllKnown() {
            told.add("all known");
        }

        @Override
        public void onRestored() {
            told.add("restored");
        }

        @Override
        public void onEvent(String topic, byte[] envelope) {}

        @Override
        public void onFrame(byte[] frame) {
            frames.dispatch(frame);
        }

        @Override
        public void onState(Engine.State state, String cause) {}

        @Override
        public void onContinuityLost(@Nullable Set<String> topics, Engine.Cause cause) {}
    }

    /** Lets time pass for nodes that are not dead. */
    private void pass(Duration time) {
        long end = nowMillis + time.toMillis();
        while (nowMillis < end) {
            nowMillis = Math.min(end, nowMillis + 500);
            nodes.stream().filter(node -> !node.dead).forEach(node -> node.directory.tick());
        }
    }

    private static void assertFails(CompletionStage<Void> stage, Class<? extends Throwable> cause) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> stage.toCompletableFuture().get(1, TimeUnit.MINUTES))
                .withCauseInstanceOf(cause);
    }

    @Test
    void nodes_see_each_other_and_their_entries_at_once() {
        Node a = new Node("a");
        assertThat(a.put("1", "x")).isCompleted();
        Node b = new Node("b");
        assertThat(b.takeTold()).containsExactly("joined a", "a 1=x", "all known");
        assertThat(a.takeTold()).containsExactly("all known", "joined b");
        assertThat(a.directory.others()).isEqualTo(Map.of(b.id, "about b"));
        assertThat(b.put("2", "y")).isCompleted();
        assertThat(b.put("2", "z")).isCompleted();
        assertThat(b.directory.remove("k", "2").toCompletableFuture()).isCompleted();
        assertThat(a.takeTold()).containsExactly("b 2=y", "b 2=z", "b 2=null");
        assertThat(b.directory.entries("k")).isEqualTo(Map.of(a.id, Map.of("1", "x"), b.id, Map.of()));
    }

    @Test
    void listener_that_comes_later_is_told_what_is_known() {
        Node a = new Node("a");
        Node b = new Node("b");
        assertThat(a.put("1", "x")).isCompleted();
        b.takeTold();
        b.directory.listen(b);
        assertThat(b.takeTold()).containsExactly("joined a", "a 1=x", "all known");
    }

    @Test
    void lost_frames_heal_by_the_next_beat() {
        Node a = new Node("a");
        Node b = new Node("b");
        b.engine.dropSilently(true);
        assertThat(a.put("1", "x")).isCompleted();
        assertThat(a.put("2", "x")).isCompleted();
        b.engine.dropSilently(false);
        assertThat(b.sees(a)).isEmpty();
        assertThat(a.put("3", "x")).isCompleted(); // a change that does not continue the last one is read
        assertThat(b.sees(a)).containsOnlyKeys("1", "2", "3");
        b.engine.dropSilently(true);
        assertThat(a.put("4", "x")).isCompleted();
        pass(BEAT);
        assertThat(b.sees(a)).containsOnlyKeys("1", "2", "3", "4");
    }

    @Test
    void one_survivor_takes_over_a_dead_node() {
        Node a = new Node("a");
        Node b = new Node("b");
        Node c = new Node("c");
        assertThat(c.put("1", "x")).isCompleted();
        pass(LEASE);
        a.takeTold();
        b.takeTold();
        c.kill();
        pass(LEASE.minus(BEAT).minus(BEAT));
        assertThat(a.takeTold()).isEmpty();
        pass(BEAT.multipliedBy(3));
        List<String> told = new ArrayList<>(a.takeTold());
        told.addAll(b.takeTold());
        assertThat(told).containsExactlyInAnyOrder("gone c 1", "gone c 1", "took over c 1");
        assertThat(a.others()).containsExactly("b");
        pass(LEASE.multipliedBy(3));
        assertThat(a.takeTold()).isEmpty();
        assertThat(b.takeTold()).isEmpty();
    }

    @Test
    void closed_node_is_gone_at_once_without_take_over() {
        Node a = new Node("a");
        Node b = new Node("b");
        assertThat(b.put("1", "x")).isCompleted();
        a.takeTold();
        assertThat(b.directory.leave().toCompletableFuture()).isCompleted();
        b.dead = true;
        assertThat(a.takeTold()).containsExactly("gone b 1");
        pass(LEASE.multipliedBy(2));
        assertThat(a.takeTold()).isEmpty();
        assertFails(b.put("2", "x"), UnavailableException.class);
    }

    @Test
    void node_without_engine_is_cut_off_after_its_lease() {
        Node a = new Node("a");
        Node b = new Node("b");
        assertThat(a.put("1", "x")).isCompleted();
        pass(LEASE);
        a.takeTold();
        a.engine.disconnect();
        pass(LEASE.minus(BEAT).minusSeconds(1));
        assertFails(a.put("2", "x"), UnavailableException.class);
        assertThat(a.takeTold()).isEmpty();
        assertThat(a.others()).containsExactly("b");
        pass(BEAT.plusSeconds(2));
        assertThat(a.takeTold()).containsExactly("cut off", "gone b 0");
        assertThat(a.directory.isMember()).isFalse();
        pass(LEASE);
        assertThat(b.others()).isEmpty();
        b.takeTold();
        a.engine.reconnect();
        pass(BEAT);
        assertThat(a.takeTold()).containsExactly("restored", "joined b", "all known");
        assertThat(b.takeTold()).contains("joined a").noneMatch(line -> line.startsWith("gone"));
        assertThat(b.sees(a)).containsOnlyKeys("1", "2");
    }

    @Test
    void entries_of_an_empty_engine_are_put_again_silently() {
        Node a = new Node("a");
        Node b = new Node("b");
        assertThat(a.put("1", "x")).isCompleted();
        assertThat(b.put("2", "x")).isCompleted();
        pass(LEASE);
        a.takeTold();
        b.takeTold();
        hub.restartEmpty();
        pass(BEAT.plusSeconds(1));
        assertThat(a.takeTold()).isEmpty();
        assertThat(b.takeTold()).isEmpty();
        assertThat(a.sees(b)).containsOnlyKeys("2");
        Node c = new Node("c");
        assertThat(c.sees(a)).containsOnlyKeys("1");
        assertThat(c.sees(b)).containsOnlyKeys("2");
    }

    @Test
    void engine_that_stood_still_for_a_lease_kills_nobody() {
        Node a = new Node("a");
        Node b = new Node("b");
        assertThat(a.put("1", "x")).isCompleted();
        pass(LEASE);
        a.takeTold();
        b.takeTold();
        a.engine.disconnect();
        b.engine.disconnect();
        hub.endLease("a");
        hub.endLease("b");
        pass(Duration.ofSeconds(2));
        b.engine.reconnect();
        pass(Duration.ofSeconds(1));
        a.engine.reconnect();
        pass(LEASE);
        assertThat(a.takeTold()).isEmpty();
        assertThat(b.takeTold()).isEmpty();
        assertThat(b.sees(a)).containsOnlyKeys("1");
    }

    @Test
    void jump_of_the_engines_clock_kills_nobody() {
        Node a = new Node("a");
        Node b = new Node("b");
        assertThat(a.put("1", "x")).isCompleted();
        pass(LEASE);
        a.takeTold();
        b.takeTold();
        aheadMillis = Duration.ofHours(1).toMillis();
        pass(LEASE);
        aheadMillis = -aheadMillis;
        pass(LEASE);
        assertThat(a.takeTold()).isEmpty();
        assertThat(b.takeTold()).isEmpty();
        assertThat(b.sees(a)).containsOnlyKeys("1");
        a.kill();
        pass(LEASE.plus(BEAT));
        assertThat(b.takeTold()).containsExactly("gone a 1", "took over a 1");
    }

    @Test
    void process_that_stood_still_joins_again_with_its_entries() {
        Node a = new Node("a");
        Node b = new Node("b");
        assertThat(a.put("1", "x")).isCompleted();
        pass(LEASE);
        a.takeTold();
        b.takeTold();
        a.dead = true;
        pass(Duration.ofSeconds(30));
        assertThat(b.takeTold()).containsExactly("gone a 1", "took over a 1");
        a.dead = false;
        pass(BEAT);
        assertThat(a.takeTold()).startsWith("cut off", "gone b 0", "restored", "joined b");
        assertThat(b.takeTold()).containsExactly("joined a", "a 1=x");
    }

    @Test
    void restarted_name_waits_for_lease_of_dead_node() {
        Node b = new Node("b");
        Node first = new Node("a");
        pass(LEASE);
        first.kill();
        b.takeTold();
        Node second = new Node("a");
        assertThat(second.directory.joined().toCompletableFuture()).isNotDone();
        pass(LEASE.plusSeconds(1));
        assertThat(second.directory.joined().toCompletableFuture()).isCompleted();
        pass(BEAT.multipliedBy(3));
        assertThat(b.takeTold()).containsExactlyInAnyOrder("gone a 0", "took over a 0", "joined a");
    }

    @Test
    void name_of_a_running_node_is_refused() {
        Node first = new Node("a");
        Node second = new Node("a");
        pass(LEASE);
        assertFails(second.directory.joined(), NameInUseException.class);
        assertThat(second.directory.isMember()).isFalse();
        assertThat(first.directory.isMember()).isTrue();
    }

    @Test
    void entries_beyond_the_limits_are_refused() {
        Node a = new Node("a");
        String large = "x".repeat(Directory.MAX_VALUE_BYTES);
        int fitting = (int) (NodeDirectory.OWN_LIMITS.bytes() / (large.length() + Directory.OVERHEAD + 4));
        for (int i = 0; i < fitting; i++) {
            assertThat(a.put(String.format("%03d", i), large)).isCompleted();
        }
        assertFails(a.put("one", large), IllegalStateException.class);
        assertThat(a.directory.remove("k", "000").toCompletableFuture()).isCompleted();
        assertThat(a.put("one", large)).isCompleted();
        assertThatIllegalArgumentException().isThrownBy(() -> a.put("k", large + "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> a.directory.put("a\0b", "k", ""));
    }

    @Test
    void lease_of_less_than_two_beats_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NodeDirectory.Settings(
                        "", BEAT, BEAT.multipliedBy(2).minusMillis(1)))
                .withMessageContaining("at least two beats");
    }
}
