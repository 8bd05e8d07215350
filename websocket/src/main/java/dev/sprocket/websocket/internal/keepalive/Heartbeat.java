package dev.sprocket.websocket.internal.keepalive;

import dev.sprocket.core.internal.timer.LoopTimer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pings one connection and detects missing answers. Confined to the connection's event loop. */
public final class Heartbeat implements LoopTimer.Task {
    /** Connection that is monitored. */
    public interface MonitoredConnection {
        /** Reports whether the connection is open; monitoring ends when it is closed. */
        boolean isOpen();

        /** Sends a ping. */
        void ping();

        /** Reports whether the socket is being read. If not, a pong may wait in its receive buffer. */
        boolean isReading();

        /** Called when the peer did not answer a ping in time. */
        void onPongTimeout();
    }

    private final MonitoredConnection conn;
    private final long idleNanos;
    private final Duration pongTimeout;
    private boolean received;
    private boolean pingSent;
    /** Time of the last ping, or of the last timer run that noticed received bytes. */
    private long since;

    /**
     * Creates a monitor.
     *
     * @param idle time without received bytes after which the peer is pinged
     * @param pongTimeout time without received bytes after a ping until the timeout
     * @param since time from which the peer counts as idle, of the event loop's clock
     */
    public Heartbeat(MonitoredConnection conn, Duration idle, Duration pongTimeout, long since) {
        this.conn = conn;
        this.idleNanos = idle.toNanos();
        this.pongTimeout = pongTimeout;
        this.since = since;
    }

    /**
     * Returns a random time up to half of an idle time ago.
     *
     * <p>Connections that were opened together are then not pinged together.
     */
    public static long randomStart(long now, Duration idle) {
        return now - ThreadLocalRandom.current().nextLong(idle.toNanos() / 2);
    }

    /** Called when bytes were received; does not read the clock. */
    public void onBytesReceived() {
        received = true;
    }

    @Override
    public boolean tick(long now) {
        if (!conn.isOpen()) {
            return false;
        }
        if (received) {
            received = false;
            pingSent = false;
            since = now;
        } else if (pingSent) {
            if (!conn.isReading()) {
                since = now;
            } else if (pongTimeout.compareTo(Duration.ofNanos(now - since)) <= 0) {
                conn.onPongTimeout();
                return false;
            }
        } else if (now - since >= idleNanos) {
            pingSent = true;
            since = now;
            conn.ping();
        }
        return true;
    }

    @Override
    public String toString() {
        return "keepalive of " + conn;
    }
}
