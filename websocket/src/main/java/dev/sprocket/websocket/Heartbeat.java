package dev.sprocket.websocket;

import dev.sprocket.core.spi.LoopTimer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pings one connection and detects missing pongs for {@link KeepAlive}. Confined to the connection's event loop. */
final class Heartbeat implements LoopTimer.Task {
    /** Connection that is monitored. */
    interface MonitoredConnection {
        /** Reports whether the connection is open; monitoring ends when it is closed. */
        boolean isOpen();

        void ping();

        /** Reports whether the socket is being read. If not, a pong may wait in its receive buffer. */
        boolean isReading();

        /** Called when the peer did not answer a ping in time. */
        void onPongTimeout();
    }

    private final MonitoredConnection conn;
    private final KeepAlive keepAlive;
    private boolean received;
    private boolean pingSent;
    /** Time of the last ping, or of the last timer run that noticed received bytes. */
    private long since;

    Heartbeat(MonitoredConnection conn, KeepAlive keepAlive, long now) {
        this.conn = conn;
        this.keepAlive = keepAlive;
        // random offset: connections that were opened together are not pinged together
        this.since = now - ThreadLocalRandom.current().nextLong(keepAlive.idle().toNanos() / 2);
    }

    /** Called when bytes were received; does not read the clock. */
    void onBytesReceived() {
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
            } else if (keepAlive.pongTimeout().compareTo(Duration.ofNanos(now - since)) <= 0) {
                conn.onPongTimeout();
                return false;
            }
        } else if (now - since >= keepAlive.idle().toNanos()) {
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
