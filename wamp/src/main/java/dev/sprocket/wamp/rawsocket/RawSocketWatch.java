package dev.sprocket.wamp.rawsocket;

import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.websocket.KeepAlive;
import java.time.Duration;

/** Timeouts of a RawSocket connection: handshake and keepalive. Confined to its event loop. */
final class RawSocketWatch implements LoopTimer.Task {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** Connection that is watched. */
    interface Target {
        boolean isOpen();

        /** Reports whether the handshake is complete. */
        boolean isReady();

        void ping();

        /** Reports whether the connection is read; if not, a pong may be waiting unread. */
        boolean isReading();

        void timedOut(String reason);
    }

    private final Target target;
    private final KeepAlive keepAlive;
    private boolean received;
    private boolean pingSent;
    /** Time of the connect or of the last input, in nanoseconds. */
    private long since;

    RawSocketWatch(Target target, KeepAlive keepAlive) {
        this.target = target;
        this.keepAlive = keepAlive;
    }

    void start(LoopTimer timer) {
        since = timer.now();
        timer.add(this);
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
            return now - since < HANDSHAKE_TIMEOUT.toNanos()
                    || timeOut("no handshake within " + HANDSHAKE_TIMEOUT.toMillis() + " ms");
        }
        if (received) {
            received = false;
            pingSent = false;
            since = now;
        } else if (pingSent) {
            if (!target.isReading()) {
                since = now;
            }
            return keepAlive.pongTimeout().compareTo(Duration.ofNanos(now - since)) > 0
                    || timeOut("no answer to a ping");
        } else if (now - since >= keepAlive.idle().toNanos()) {
            pingSent = true;
            since = now;
            target.ping();
        }
        return true;
    }

    private boolean timeOut(String reason) {
        target.timedOut(reason);
        return false;
    }

    @Override
    public String toString() {
        return "RawSocket timeouts of " + target;
    }
}
