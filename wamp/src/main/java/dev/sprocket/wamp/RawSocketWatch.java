package dev.sprocket.wamp;

import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.websocket.KeepAlive;
import java.time.Duration;

/** Watches over one connection of RawSocket: its handshake, and then its silence. Confined to its event loop. */
final class RawSocketWatch implements LoopTimer.Task {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** What it may do to the connection. */
    interface Target {
        boolean isOpen();

        /** Whether the handshake is done. */
        boolean isReady();

        void ping();

        /** Whether it is read from: if not, its answer waits with what it said before. */
        boolean isReading();

        void timedOut(String why);
    }

    private final Target target;
    private final KeepAlive keepAlive;
    private boolean received;
    private boolean pingSent;
    /** Since when it has been connected, or silent. */
    private long since;

    RawSocketWatch(Target patient, KeepAlive times) {
        this.target = patient;
        this.keepAlive = times;
    }

    void start(LoopTimer sweep) {
        since = sweep.now();
        sweep.add(this);
    }

    void received() {
        received = true;
    }

    @Override
    public boolean tick(long now) {
        if (!target.isOpen()) {
            return false;
        }
        if (!target.isReady()) {
            return now - since < HANDSHAKE_TIMEOUT.toNanos() || timeOut("no handshake after " + HANDSHAKE_TIMEOUT);
        }
        if (received) {
            received = false;
            pingSent = false;
            since = now;
        } else if (pingSent) {
            if (!target.isReading()) {
                since = now;
            }
            return keepAlive.pongTimeout().compareTo(Duration.ofNanos(now - since)) > 0 || timeOut("no answer to a ping");
        } else if (now - since >= keepAlive.idle().toNanos()) {
            pingSent = true;
            since = now;
            target.ping();
        }
        return true;
    }

    private boolean timeOut(String why) {
        target.timedOut(why);
        return false;
    }
}
