package dev.sprocket.faultlab;

import dev.sprocket.faultlab.client.ClientSet;
import dev.sprocket.faultlab.history.Checker;
import dev.sprocket.faultlab.history.History;
import dev.sprocket.faultlab.history.Verdict;
import dev.sprocket.faultlab.history.Violation;
import dev.sprocket.faultlab.history.Violation.Promise;
import dev.sprocket.faultlab.host.Network;
import dev.sprocket.faultlab.host.Node;
import dev.sprocket.faultlab.host.RedisHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One run: three nodes, Redis, and clients. Not thread-safe. */
final class Lab implements AutoCloseable {
    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    /** Time for which a node is ready without Redis, in milliseconds. */
    private static final long READY_GRACE = 60_000;

    private static final long GRACE_MARGIN = 15_000;
    private static final int MORE_DESCRIPTORS = 16;
    private static final long MORE_HEAP_KIB = 32 << 10;

    private final LabSettings settings;
    private final Network network;
    private final Setup setup;
    private final Random random;
    private final long began = System.nanoTime();

    private final List<AutoCloseable> closing = new ArrayList<>();
    private final List<History.Fault> faults = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Resources> before = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final RedisHost primary;
    private final RedisHost replica;
    private final RedisHost sentinel;
    private final ClientSet clients;
    private final Monitor monitor;

    /** Part of a scenario. */
    interface Step {
        void run() throws Exception;
    }

    Lab(LabSettings settings, Network network, Setup setup, Path folder) {
        this.settings = settings;
        this.network = network;
        this.setup = setup;
        this.random = new Random(settings.seed());
        String appendOnly = setup.appendOnly() ? "yes" : "no";
        primary = new RedisHost(
                "r1",
                network,
                "r1",
                network.port(REDIS_PORT),
                folder.resolve("r1"),
                "--appendonly",
                appendOnly,
                "--appendfsync",
                "always");
        replica = new RedisHost(
                "r2",
                network,
                "r2",
                network.port(REDIS_PORT),
                folder.resolve("r2"),
                "--replicaof",
                primary.address(),
                Integer.toString(primary.port()));
        sentinel = new RedisHost("s1", network, "s1", network.port(SENTINEL_PORT), folder.resolve("s1"));
        for (String name : List.of("n1", "n2", "n3")) {
            nodes.add(new Node(name, network, folder, engine(name)));
        }
        clients = new ClientSet(nodes, settings.seed(), this::now);
        monitor = new Monitor(nodes, this::now);
    }

    private String engine(String node) {
        String uri = setup.sentinel()
                ? "redis-sentinel://" + sentinel.address() + ":" + sentinel.port() + "#main"
                : "redis://" + network.reach(node, "r1", primary.port(), setup.disturbed());
        return "{ redis { uri = \"" + uri + "\" } }";
    }

    /** Starts everything, and lets it run until it is warm. */
    void start() throws Exception {
        closing.add(primary);
        primary.start();
        if (setup.sentinel()) {
            closing.add(replica);
            replica.start();
            await(() -> replica.command("INFO", "replication").contains("master_link_status:up"), "replica");
            closing.add(sentinel);
            sentinel.startSentinel(primary);
            await(() -> sentinel.command("SENTINEL", "replicas", "main").contains(replica.address()), "Sentinel");
        }
        for (Node node : nodes) {
            closing.add(node);
            node.start();
        }
        for (Node node : nodes) {
            node.await("/ready");
        }
        closing.add(clients);
        clients.startObservers();
        List<String> missing = clients.awaitConnected(30);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("not connected: " + missing + ", " + clients.failures());
        }
        clients.startPublishers();
        closing.add(monitor);
        monitor.start();
        pause(4);
        for (Node node : nodes) {
            before.put(node.name(), Resources.of(node));
        }
        pause(1);
    }

    /** Condition of {@link #await}. */
    interface Condition {
        boolean isTrue() throws Exception;
    }

    void await(Condition condition, String what) throws Exception {
        for (int i = 0; i < 300; i++) {
            if (condition.isTrue()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("waited 30 s in vain: " + what);
    }

    /** Returns the time since the beginning in milliseconds. */
    long now() {
        return (System.nanoTime() - began) / 1_000_000;
    }

    void pause(double seconds) throws InterruptedException {
        Thread.sleep((long) (seconds * 1000));
    }

    /** Begins a fault, ends it, and waits until delivery must continue. */
    void fault(String name, Step begin, double seconds, Step end) throws Exception {
        long from = now();
        settings.print(String.format("%7.1f s: %s", from / 1000.0, name));
        begin.run();
        pause(seconds);
        end.run();
        faults.add(new History.Fault(name, from, now()));
        pause(settings.healing().toMillis() / 1000.0 + 1);
    }

    /**
     * Cuts some nodes off from Redis for a time, then waits until delivery must continue.
     *
     * <p>They are ready for the time of {@code ready-grace}, and not ready after it.
     */
    void away(List<Node> concerned, String name, Step begin, double seconds, Step end) throws Exception {
        fault(name, begin, seconds, end);
        History.Fault fault = faults.get(faults.size() - 1);
        for (Node node : concerned) {
            int wrong = 0;
            for (Monitor.Sample sample : samples(node, fault.from())) {
                long since = sample.at() - fault.from();
                boolean late = since > READY_GRACE + GRACE_MARGIN;
                if (sample.until() < fault.healed() && (late || since < READY_GRACE - GRACE_MARGIN)) {
                    wrong = sample.ready() == (late ? 503 : 200) ? 0 : wrong + 1;
                    if (wrong == 2) { // one answer may be late
                        violated(Promise.READY, since + " ms after Redis was away: " + sample);
                    }
                }
            }
        }
    }

    /** Notes a broken promise that a scenario found itself. */
    void violated(Promise promise, String detail) {
        violations.add(new Violation(promise, detail));
    }

    Network network() {
        return network;
    }

    Setup setup() {
        return setup;
    }

    Random random() {
        return random;
    }

    LabSettings settings() {
        return settings;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Returns a node that the seed selects. */
    Node anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    RedisHost redis() {
        return primary;
    }

    RedisHost replica() {
        return replica;
    }

    RedisHost sentinel() {
        return sentinel;
    }

    ClientSet clients() {
        return clients;
    }

    /** Starts a node again, and waits until it is ready. */
    void restart(Node node) throws Exception {
        node.start();
        node.await("/ready");
    }

    /** Ends the run, and compares it with the promises. */
    Verdict finish() throws InterruptedException {
        clients.drain(15);
        checkResources();
        monitor.close();
        History history = new History(ClientSet.LOGGED, clients.outbox().all(), clients.finish(), faults);
        Verdict verdict = Checker.check(history, settings.healing());
        violations.addAll(verdict.violations());
        checkReady();
        Map<String, Long> counts = new TreeMap<>(verdict.counts());
        counts.put("longest stall of the machine, ms", monitor.longestStall());
        if (!violations.isEmpty()) {
            clients.failures().forEach(settings::print);
        }
        return new Verdict(violations, counts);
    }

    private void checkResources() {
        for (Node node : nodes) {
            Resources old = before.get(node.name());
            Resources now = Resources.of(node);
            if (old == null) {
                continue;
            }
            settings.print(node + " before: " + old + ", after: " + now);
            if (now.descriptors() > old.descriptors() + MORE_DESCRIPTORS) {
                violated(Promise.RESOURCES, node + ": descriptors " + old.descriptors() + " → " + now.descriptors());
            }
            if (now.heapKib() > old.heapKib() + MORE_HEAP_KIB) {
                violated(Promise.RESOURCES, node + ": live heap in KiB " + old.heapKib() + " → " + now.heapKib());
            }
        }
    }

    /** Checks that nodes are ready and healthy without a fault, except for one late answer. */
    private void checkReady() {
        for (Node node : nodes) {
            Monitor.@Nullable Sample earlier = null;
            for (Monitor.Sample sample : samples(node, 0)) {
                boolean bad = isQuiet(sample) && !sample.isGood();
                if (bad && earlier != null) {
                    violated(Promise.READY, "without a fault: " + earlier + ", " + sample);
                }
                earlier = bad ? sample : null;
            }
        }
    }

    private boolean isQuiet(Monitor.Sample sample) {
        return faults.stream()
                .noneMatch(fault -> sample.until() >= fault.from()
                        && sample.at() <= fault.healed() + settings.healing().toMillis());
    }

    /** Returns the samples of a node from a time on. */
    List<Monitor.Sample> samples(Node node, long from) {
        return monitor.samples().stream()
                .filter(sample -> sample.node().equals(node.name()) && sample.at() >= from)
                .toList();
    }

    @Override
    public void close() {
        for (int i = closing.size() - 1; i >= 0; i--) {
            try {
                closing.get(i).close();
            } catch (Exception e) {
                settings.print("closing: " + e);
            }
        }
    }
}
