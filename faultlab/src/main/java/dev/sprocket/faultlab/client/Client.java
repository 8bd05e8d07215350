package dev.sprocket.faultlab.client;

import dev.sprocket.faultlab.host.Node;
import java.util.List;
import java.util.Random;

/** Thread of a publisher or observer, which connects again after each end of its connection. */
public final class Client implements AutoCloseable {
    /** Pauses between connections, in milliseconds. */
    private static final int SHORTEST_PAUSE = 50;

    private static final int LONGEST_PAUSE = 800;

    /** One connection. */
    interface Session {
        /** Runs until the connection ends, or {@link Client#isStopping()} is true; any exception is an end. */
        void run(Node node, Client client) throws Exception;

        /** Called after each end. */
        default void ended() {}

        /** Ends a blocking read, from another thread. */
        default void abort() {}
    }

    private final String name;
    private final Session session;
    private final List<Node> nodes;
    private final Random random;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile String lastFailure = "";

    /**
     * Creates a client.
     *
     * @param nodes in the order in which it tries them; one, if it stays there
     */
    Client(String name, List<Node> nodes, long seed, Session session) {
        this.name = name;
        this.session = session;
        this.nodes = List.copyOf(nodes);
        this.random = new Random(seed ^ name.hashCode());
        this.thread = new Thread(this::run, "faultlab-" + name);
        thread.setDaemon(true);
    }

    Client start() {
        thread.start();
        return this;
    }

    boolean isStopping() {
        return stopping;
    }

    Random random() {
        return random;
    }

    private void run() {
        int pause = SHORTEST_PAUSE;
        for (int i = 0; !stopping; i++) {
            long before = System.nanoTime();
            try {
                session.run(nodes.get(i % nodes.size()), this);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                lastFailure = e.toString();
            }
            session.ended();
            if (Thread.interrupted() || stopping) {
                return;
            }
            boolean lasted = System.nanoTime() - before > 2_000_000_000L;
            pause = lasted ? SHORTEST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
            try {
                Thread.sleep(pause / 2 + random.nextInt(pause));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Asks for the end, without waiting. */
    public void stop() {
        stopping = true;
    }

    /** Ends the connection. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(600);
            session.abort();
            thread.interrupt();
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + (lastFailure.isEmpty() ? "" : " (last failure: " + lastFailure + ")");
    }
}
