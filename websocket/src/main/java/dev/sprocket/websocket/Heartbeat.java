package dev.sprocket.websocket;

import dev.sprocket.core.spi.LoopTimer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Watches over one connection for {@link KeepAlive}. Confined to the connection's event loop. */
final class Heartbeat implements LoopTimer.Task {
    /** What it may do to the connection. */
    interface Patient {
        /** Whether there is anything left to watch over. */
        boolean isOpen();

        void ping();

        /** Whether it is read from: if not, its answer waits with what it said before. */
        boolean isReading();

        /** It did not answer. */
        void silent();
    }

    private final Patient patient;
    private final KeepAlive times;
    private boolean heard;
    private boolean asked;
    /** When it was asked; or else when it was last known to be alive, as far as the sweep has noticed. */
    private long since;

    Heartbeat(Patient patient, KeepAlive times, long now) {
        this.patient = patient;
        this.times = times;
        // those that connected together are not pinged together
        this.since = now - ThreadLocalRandom.current().nextLong(times.idle().toNanos() / 2);
    }

    /** Bytes came. Costs no look at the clock. */
    void heard() {
        heard = true;
    }

    @Override
    public boolean tick(long now) {
        if (!patient.isOpen()) {
            return false;
        }
        if (heard) {
            heard = false;
            asked = false;
            since = now;
        } else if (asked) {
            if (!patient.isReading()) {
                since = now;
            } else if (times.pongTimeout().compareTo(Duration.ofNanos(now - since)) <= 0) {
                patient.silent();
                return false;
            }
        } else if (now - since >= times.idle().toNanos()) {
            asked = true;
            since = now;
            patient.ping();
        }
        return true;
    }
}
