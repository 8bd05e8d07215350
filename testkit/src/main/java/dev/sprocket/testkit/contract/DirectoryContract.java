package dev.sprocket.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Directory.Change;
import dev.sprocket.cluster.spi.Directory.Entries;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.Directory.Lease;
import dev.sprocket.cluster.spi.Directory.Limits;
import dev.sprocket.cluster.spi.Directory.Outcome;
import dev.sprocket.cluster.spi.Directory.View;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.testkit.contract.EngineContract.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Contract of a {@link Directory}: two nodes at one server.
 *
 * <p>A test of an engine extends this class.
 */
public abstract class DirectoryContract {
    /** Lease that does not end in these tests. */
    private static final Duration LONG = Duration.ofHours(1);

    private static final Limits ENOUGH = new Limits(10_000, 100 << 20);
    private static final byte[] FRAME = "frame".getBytes(UTF_8);
    private static final String KIND = "k";

    private Node a;
    private Node b;
    private Directory ofA;
    private Directory ofB;

    /** Creates a contract; nodes start before each test. */
    @SuppressWarnings("NullAway.Init")
    protected DirectoryContract() {}

    /** Creates an engine that is connected to the server of this test. */
    protected abstract Engine newEngine();

    /** Ends the lease of a name, as if its time were over. */
    protected abstract void endLease(String name);

    /** Starts the nodes. */
    @BeforeEach
    void startNodes() {
        a = new Node("a", newEngine());
        b = new Node("b", newEngine());
        a.awaitState(Engine.State.UP);
        b.awaitState(Engine.State.UP);
        ofA = a.engine.directory();
        ofB = b.engine.directory();
    }

    /** Closes the nodes. */
    @AfterEach
    void closeNodes() {
        a.close();
        b.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return EngineContract.get(stage);
    }

    private View beat(Node node) {
        return get(node.engine.directory().beat(node.id, "about " + node.id.name(), LONG));
    }

    private static Entry entry(String key, @Nullable String value) {
        return new Entry(KIND, key, value);
    }

    private Outcome put(Node node, long version, Entry... entries) {
        return get(node.engine
                .directory()
                .change(node.id, new Change(version, false, List.of(entries)), ENOUGH, ENOUGH, FRAME));
    }

    private static Outcome limited(Node node, long version, Limits own, Limits sum, Entry... entries) {
        return get(
                node.engine.directory().change(node.id, new Change(version, false, List.of(entries)), own, sum, FRAME));
    }

    @Test
    void lease_begins_and_is_renewed() {
        View first = beat(a);
        assertThat(first.lease()).isEqualTo(Lease.TAKEN);
        assertThat(first.members()).containsExactly(new Directory.Member(a.id, "about a", 0, true));
        assertThat(beat(a).lease()).isEqualTo(Lease.RENEWED);
        assertThat(beat(b).members())
                .containsExactlyInAnyOrder(
                        new Directory.Member(a.id, "about a", 0, true), new Directory.Member(b.id, "about b", 0, true));
    }

    @Test
    void name_held_by_another_incarnation_is_refused() {
        var unused = beat(a);
        View held = get(ofB.beat(NodeId.start("a"), "", LONG));
        assertThat(held.lease()).isEqualTo(Lease.HELD);
        assertThat(held.leftMillis()).isBetween(1L, LONG.toMillis());
        assertThat(held.members()).isEmpty();
        endLease("a");
        NodeId again = NodeId.start("a");
        View taken = get(ofB.beat(again, "", LONG));
        assertThat(taken.lease()).isEqualTo(Lease.TAKEN);
        assertThat(taken.members())
                .containsExactlyInAnyOrder(
                        new Directory.Member(a.id, "about a", 0, false), new Directory.Member(again, "", 0, true));
        assertThat(beat(a).lease()).isEqualTo(Lease.HELD);
    }

    @Test
    void entries_are_stored_with_their_version_and_told() {
        var unused = beat(a);
        assertThat(put(a, 3, entry("ü\n\uD83D\uDE00", "+x"), entry("empty", ""), entry("", "no key")))
                .isEqualTo(Outcome.STORED);
        assertThat(b.frame()).isEqualTo("frame");
        Entries all = get(ofB.read(a.id));
        assertThat(all.version()).isEqualTo(3);
        assertThat(all.entries())
                .containsExactlyInAnyOrder(entry("ü\n\uD83D\uDE00", "+x"), entry("empty", ""), entry("", "no key"));
        assertThat(put(a, 4, entry("empty", null), entry("never", null), entry("", "other")))
                .isEqualTo(Outcome.STORED);
        assertThat(get(ofB.read(a.id)).entries())
                .containsExactlyInAnyOrder(entry("ü\n\uD83D\uDE00", "+x"), entry("", "other"));
        assertThat(beat(b).members()).contains(new Directory.Member(a.id, "about a", 4, true));
    }

    @Test
    void replacing_change_removes_entries_before() {
        var unused = beat(a);
        assertThat(put(a, 1, entry("1", "x"), entry("2", "x"))).isEqualTo(Outcome.STORED);
        assertThat(get(ofA.change(a.id, new Change(2, true, List.of(entry("2", "y"))), ENOUGH, ENOUGH, FRAME)))
                .isEqualTo(Outcome.STORED);
        assertThat(get(ofB.read(a.id))).isEqualTo(new Entries(2, List.of(entry("2", "y"))));
        assertThat(beat(a).members()).contains(new Directory.Member(a.id, "about a", 2, true));
    }

    @Test
    void change_without_lease_is_not_stored() {
        assertThat(put(a, 1, entry("1", "x"))).isEqualTo(Outcome.NO_LEASE);
        var unused = beat(a);
        assertThat(put(a, 1, entry("1", "x"))).isEqualTo(Outcome.STORED);
        endLease("a");
        assertThat(put(a, 2, entry("2", "x"))).isEqualTo(Outcome.NO_LEASE);
        assertThat(get(ofB.read(a.id))).isEqualTo(new Entries(1, List.of(entry("1", "x"))));
        assertThat(get(ofB.read(NodeId.start("unknown")))).isEqualTo(new Entries(0, List.of()));
    }

    @Test
    void lease_taken_again_begins_without_entries() {
        var unused = beat(a);
        assertThat(put(a, 1, entry("1", "x"))).isEqualTo(Outcome.STORED);
        endLease("a");
        assertThat(beat(b).members()).contains(new Directory.Member(a.id, "about a", 1, false));
        View again = beat(a);
        assertThat(again.lease()).isEqualTo(Lease.TAKEN);
        assertThat(again.members()).contains(new Directory.Member(a.id, "about a", 0, true));
        assertThat(get(ofB.read(a.id)).entries()).isEmpty();
    }

    @Test
    void limits_of_a_node_are_exact() {
        var unused = beat(a);
        Limits two = new Limits(2, 1 << 20);
        assertThat(limited(a, 1, two, ENOUGH, entry("1", "x"), entry("2", "x"), entry("3", "x")))
                .isEqualTo(Outcome.FULL);
        assertThat(get(ofA.read(a.id))).isEqualTo(new Entries(0, List.of()));
        assertThat(limited(a, 1, two, ENOUGH, entry("1", "x"), entry("2", "x"))).isEqualTo(Outcome.STORED);
        assertThat(limited(a, 2, two, ENOUGH, entry("1", "xy"))).isEqualTo(Outcome.STORED);
        assertThat(limited(a, 3, two, ENOUGH, entry("3", "x"))).isEqualTo(Outcome.FULL);
        assertThat(limited(a, 3, two, ENOUGH, entry("1", null), entry("3", "x")))
                .isEqualTo(Outcome.STORED);
        long each = Directory.OVERHEAD + 3;
        Limits bytes = new Limits(10, 3 * each);
        assertThat(limited(a, 4, bytes, ENOUGH, entry("4", "xy"))).isEqualTo(Outcome.FULL);
        assertThat(limited(a, 4, bytes, ENOUGH, entry("4", "x"))).isEqualTo(Outcome.STORED);
        assertThat(limited(a, 5, bytes, ENOUGH, entry("4", "€"))).isEqualTo(Outcome.FULL);
        assertThat(limited(a, 5, new Limits(1, 1), ENOUGH, entry("4", null))).isEqualTo(Outcome.STORED);
    }

    @Test
    void limits_of_all_nodes_are_exact() {
        var unusedA = beat(a);
        var unusedB = beat(b);
        Limits three = new Limits(3, 1 << 20);
        assertThat(limited(a, 1, ENOUGH, three, entry("1", "x"), entry("2", "x")))
                .isEqualTo(Outcome.STORED);
        assertThat(limited(b, 1, ENOUGH, three, entry("1", "x"), entry("2", "x")))
                .isEqualTo(Outcome.FULL);
        assertThat(limited(b, 1, ENOUGH, three, entry("1", "x"))).isEqualTo(Outcome.STORED);
        Limits bytes = new Limits(10, 3 * (Directory.OVERHEAD + 3));
        assertThat(limited(b, 2, ENOUGH, bytes, entry("1", "xy"))).isEqualTo(Outcome.FULL);
        assertThat(limited(b, 2, ENOUGH, bytes, entry("1", ""))).isEqualTo(Outcome.STORED);
        assertThat(limited(a, 2, ENOUGH, bytes, entry("1", "xy"))).isEqualTo(Outcome.STORED);
    }

    @Test
    void one_survivor_takes_over_a_gone_node() {
        var unusedA = beat(a);
        var unusedB = beat(b);
        NodeId c = NodeId.start("c");
        assertThat(get(ofB.beat(c, "", LONG)).lease()).isEqualTo(Lease.TAKEN);
        assertThat(put(a, 1, entry("1", "x"))).isEqualTo(Outcome.STORED);
        assertThat(get(ofB.takeOver(b.id, a.id))).isNull();
        endLease("a");
        Entries taken = new Entries(1, List.of(entry("1", "x")));
        assertThat(get(ofB.takeOver(b.id, a.id))).isEqualTo(taken);
        assertThat(get(ofB.takeOver(b.id, a.id))).isEqualTo(taken);
        assertThat(get(ofB.takeOver(c, a.id))).isNull();
        get(ofB.forget(c, a.id, FRAME));
        assertThat(get(ofB.read(a.id))).isEqualTo(taken);
        endLease("b");
        assertThat(get(ofB.takeOver(b.id, a.id))).isNull();
        assertThat(get(ofB.takeOver(c, a.id))).isEqualTo(taken);
        get(ofB.forget(c, a.id, "gone".getBytes(UTF_8)));
        assertThat(b.frame()).isEqualTo("frame");
        assertThat(b.frame()).isEqualTo("gone");
        assertThat(get(ofB.takeOver(c, a.id))).isNull();
        assertThat(get(ofB.beat(c, "", LONG)).members())
                .extracting(Directory.Member::id)
                .containsExactlyInAnyOrder(b.id, c);
    }

    @Test
    void take_over_spares_a_node_that_is_back() {
        var unusedA = beat(a);
        var unusedB = beat(b);
        assertThat(put(a, 1, entry("1", "x"))).isEqualTo(Outcome.STORED);
        endLease("a");
        assertThat(get(ofB.takeOver(b.id, a.id))).isNotNull();
        assertThat(beat(a).lease()).isEqualTo(Lease.TAKEN);
        assertThat(put(a, 2, entry("2", "x"))).isEqualTo(Outcome.STORED);
        get(ofB.forget(b.id, a.id, FRAME));
        assertThat(get(ofB.read(a.id))).isEqualTo(new Entries(2, List.of(entry("2", "x"))));
        assertThat(get(ofB.takeOver(b.id, a.id))).isNull();
    }

    @Test
    void closing_node_leaves_at_once_and_tells() {
        var unusedA = beat(a);
        var unusedB = beat(b);
        assertThat(put(a, 1, entry("1", "x"))).isEqualTo(Outcome.STORED);
        get(ofA.leave(a.id, "left".getBytes(UTF_8)));
        assertThat(b.frame()).isEqualTo("frame");
        assertThat(b.frame()).isEqualTo("left");
        assertThat(beat(b).members()).extracting(Directory.Member::id).containsExactly(b.id);
        assertThat(get(ofB.read(a.id))).isEqualTo(new Entries(0, List.of()));
        assertThat(get(ofB.beat(NodeId.start("a"), "", LONG)).lease()).isEqualTo(Lease.TAKEN);
        get(ofA.leave(a.id, FRAME));
        assertThat(get(ofB.beat(NodeId.start("a"), "", LONG)).lease()).isEqualTo(Lease.HELD);
    }

    @Test
    void lease_ends_by_the_time_of_the_engine() throws Exception {
        assertThat(get(ofA.beat(a.id, "", Duration.ofMillis(1))).lease()).isEqualTo(Lease.TAKEN);
        List<Lease> seen = new ArrayList<>();
        while (!seen.contains(Lease.TAKEN)) {
            seen.add(get(ofB.beat(new NodeId("a", a.id.incarnation() + 1), "", LONG))
                    .lease());
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(beat(a).lease()).isEqualTo(Lease.HELD);
    }

    @Test
    void closed_engine_fails() {
        a.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> ofA.beat(a.id, "", LONG).toCompletableFuture().get(1, TimeUnit.MINUTES))
                .withCauseInstanceOf(EventLog.UnavailableException.class);
    }
}
