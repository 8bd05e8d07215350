package dev.sprocket.faultlab.client;

import dev.sprocket.faultlab.history.EventKey;
import dev.sprocket.faultlab.history.Observation;
import dev.sprocket.faultlab.host.Node;
import dev.sprocket.faultlab.host.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** All publishers and observers of a run. Not thread-safe. */
public final class ClientSet implements AutoCloseable {
    /** Topics with a log. */
    public static final Set<String> LOGGED = Set.of("log.1", "log.2");

    private static final List<String> ALL = List.of("log.1", "log.2", "plain.1", "plain.2");
    private static final int HTTP_PAUSE = 100;
    private static final int PAUSE = 50;

    private final List<Node> nodes;
    private final long seed;
    private final LongSupplier clock;
    private final Outbox outbox;
    private final List<Client> publishers = new ArrayList<>();
    private final List<Client> observers = new ArrayList<>();
    private final List<Journal> journals = new ArrayList<>();

    /** Creates clients of three nodes that do not run yet. */
    public ClientSet(List<Node> nodes, long seed, LongSupplier clock) {
        this.nodes = nodes;
        this.seed = seed;
        this.clock = clock;
        this.outbox = new Outbox(clock);
    }

    /** Returns the nodes in the order of a client that begins at one of them. */
    private List<Node> from(int first) {
        List<Node> order = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            order.add(nodes.get((first + i) % nodes.size()));
        }
        return order;
    }

    private Journal journal(String name, Set<String> topics) {
        Journal journal = new Journal(name, topics, true, clock);
        journals.add(journal);
        return journal;
    }

    private void observe(String name, List<Node> places, Client.Session session) {
        observers.add(new Client(name, places, seed, session).start());
    }

    private void publish(String name, List<Node> places, Client.Session session) {
        publishers.add(new Client(name, places, seed, session).start());
    }

    /** Starts the observers: some stay at a node, others move when their connection ends. */
    public void startObservers() {
        Set<String> all = new TreeSet<>(ALL);
        for (Node node : nodes) {
            String name = "sse-" + node.name();
            observe(name, List.of(node), new EventStreamObserver(journal(name, all), false));
        }
        for (int i = 0; i < 2; i++) {
            observe("v2-" + i, from(i), new Wamp2Observer(journal("v2-" + i, all), LOGGED));
            observe("v1-" + i, from(i + 1), new Wamp1Observer(journal("v1-" + i, all), LOGGED));
        }
        observe("feed", from(2), new FeedObserver(journal("feed", all)));
        if (AutobahnObserver.isAvailable()) {
            observe("autobahn", from(1), new AutobahnObserver(journal("autobahn", all), LOGGED));
        }
        if (Programs.has("curl", "setpriv")) {
            observe("curl", from(0), new EventStreamObserver(journal("curl", Set.of("log.1")), true));
        }
    }

    /** Starts the publishers: some stay at a node, others move when their connection ends. */
    public void startPublishers() {
        for (Node node : nodes) {
            String name = "http-" + node.name();
            publish(name, List.of(node), new HttpPublisher(name, outbox, ALL, HTTP_PAUSE));
        }
        publish("wamp", from(0), new Wamp2Publisher("wamp", outbox, ALL, PAUSE, true));
        publish("quiet", from(1), new Wamp2Publisher("quiet", outbox, ALL, PAUSE, false));
        publish("tcp", from(2), new TcpPublisher("tcp", outbox, ALL, PAUSE));
    }

    /** Publishes at one node as fast as answers come. */
    public void burst(Node node, int millis) throws InterruptedException {
        Client burst =
                new Client("burst", List.of(node), seed, new Wamp2Publisher("burst", outbox, ALL, 0, true)).start();
        publishers.add(burst);
        Thread.sleep(millis);
        burst.stop();
    }

    /** Waits until all observers are connected; returns the names of the others. */
    public List<String> awaitConnected(int seconds) throws InterruptedException {
        for (int i = 0; i < seconds * 10 && !disconnected().isEmpty(); i++) {
            Thread.sleep(100);
        }
        return disconnected();
    }

    private List<String> disconnected() {
        return journals.stream()
                .filter(journal -> !journal.isConnected())
                .map(Journal::name)
                .toList();
    }

    /**
     * Stops the publishers, and waits until the observers have heard the newest acknowledged events.
     *
     * <p>Publishers that stay at a node are last.
     */
    public void drain(int seconds) throws InterruptedException {
        publishers.subList(nodes.size(), publishers.size()).forEach(Client::stop);
        Thread.sleep(2000);
        publishers.forEach(Client::stop);
        publishers.forEach(Client::close);
        for (int i = 0; i < seconds * 10 && !isDrained(); i++) {
            Thread.sleep(100);
        }
        Thread.sleep(500);
    }

    private boolean isDrained() {
        for (String topic : LOGGED) {
            EventKey newest = outbox.newest(topic);
            for (Journal journal : journals) {
                if (newest != null && journal.topics().contains(topic) && !journal.hasHeard(newest)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Ends the observers, and returns their notes. */
    public List<Observation> finish() {
        List<Observation> observations =
                journals.stream().map(Journal::observation).toList();
        observers.forEach(Client::stop);
        observers.forEach(Client::close);
        return observations;
    }

    /** Returns what was published. */
    public Outbox outbox() {
        return outbox;
    }

    /** Returns the clients with the last failure of each. */
    public List<String> failures() {
        List<String> failures = new ArrayList<>();
        publishers.forEach(client -> failures.add(client.toString()));
        observers.forEach(client -> failures.add(client.toString()));
        return failures;
    }

    @Override
    public void close() {
        publishers.forEach(Client::stop);
        observers.forEach(Client::stop);
        publishers.forEach(Client::close);
        observers.forEach(Client::close);
    }
}
