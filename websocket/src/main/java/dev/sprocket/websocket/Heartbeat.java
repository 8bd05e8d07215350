package dev.sprocket.websocket;

import dev.sprocket.core.spi.Sweep;
import java.util.concurrent.ThreadLocalRandom;

/** Watches over one connection for {@link KeepAlive}. Threads: its connection's event loop. */
final class Heartbeat implements Sweep.Member {
    /** What it may do to the connection. */
    interface Patient {
        /** Whether there is anything left to watch over. */
        boolean isOpen();

        void ping();

        /** It did not answer. */
        void silent();
    }

    private final Patient patient;
    private final long idle;
    private final long answer;
    private boolean heard;
    /** When it was last known to be alive, as far as the sweep has noticed. */
    private long alive;

    private boolean asked;
    private long askedAt;

    Heartbeat(Patient patient, KeepAlive times, long now) {
        this.patient = patient;
        this.idle = times.idle().toNanos();
        this.answer = times.answer().toNanos();
        // those that connected together are not pinged together
        this.alive = now - ThreadLocalRandom.current().nextLong(idle / 2);
    }

    /** Bytes came. Costs no look at the clock. */
    void heard() {
        heard = true;
    }

    @Override
    public boolean sweep(long now) {
        if (!patient.isOpen()) {
            return false;
        }
        if (heard) {
            heard = false;
            asked = false;
            alive = now;
        } else if (asked) {
            if (now - askedAt >= answer) {
                patient.silent();
                return false;
            }
        } else if (now - alive >= idle) {
            asked = true;
            askedAt = now;
            patient.ping();
        }
        return true;
    }
}
