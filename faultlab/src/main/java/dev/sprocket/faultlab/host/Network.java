package dev.sprocket.faultlab.host;

import java.util.List;
import java.util.Set;

/** Network of nodes {@code n1} to {@code n3}, primary {@code r1}, replica {@code r2} and Sentinel {@code s1}. */
public interface Network extends AutoCloseable {
    /** Faults that a network can have. */
    enum Ability {
        /** Packets are dropped, so that nothing is closed. */
        DROP,
        /** A share of packets is lost. */
        LOSE_PACKETS,
        /** Connections are lost at random. */
        LOSE_CONNECTIONS,
        DELAY,
        /** Two hosts of Redis can lose each other. */
        LAG
    }

    /** Direction of what is dropped, as a node sees it. */
    enum Way {
        TO_REDIS,
        FROM_REDIS,
        BOTH
    }

    Set<Ability> abilities();

    /** Returns the address at which a host listens. */
    String address(String host);

    /** Returns a port at which a host can listen, if possible the given one. */
    int port(int wanted);

    /** Returns the beginning of a command that runs on a host. */
    List<String> on(String host);

    /**
     * Returns the host and port by which a node reaches a Redis.
     *
     * @param disturbed true if the connection will be delayed
     */
    String reach(String node, String redis, int port, boolean disturbed);

    /** Drops what a node and the hosts of Redis send to each other. */
    void cut(String node, Way way);

    /** Drops what the replica receives of the primary. */
    void cutReplica();

    /** Delays what a node and Redis send to each other, in milliseconds. */
    void delay(String node, int millis);

    /** Loses packets or connections between a node and Redis, in percent. */
    void lose(String node, int percent);

    /** Ends all faults. */
    void heal();

    @Override
    void close();
}
