package dev.sprocket.wamp;

import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.websocket.KeepAlive;
import java.time.Duration;

/** Watches over one connection of RawSocket: its handshake, and then its silence. Confined to its event loop. */
final class RawSocketWatch implements LoopTimer.Member {
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /** What it may do to the connection. */
    interface Patient {
        boolean isOpen();

        /** Whether the handshake is done. */
        boolean isReady();

        void ping();

        /** Whether it is read from: if not, its answer waits with what it said before. */
        boolean isReading();

        void silent(String why);
    }

    private final Patient patient;
    private final KeepAlive times;
    private boolean heard;
    private boolean asked;
    /** Since when it has been connected, or silent. */
    private long since;

    RawSocketWatch(Patient patient, KeepAlive times) {
        this.patient = patient;
        this.times = times;
    }

    void start(LoopTimer sweep) {
        since = sweep.now();
        sweep.add(this);
    }

    void heard() {
        heard = true;
    }

    @Override
    public boolean sweep(long now) {
        if (!patient.isOpen()) {
            return false;
        }
        if (!patient.isReady()) {
            return now - since < HANDSHAKE.toNanos() || ended("no handshake after " + HANDSHAKE);
        }
        if (heard) {
            heard = false;
            asked = false;
            since = now;
        } else if (asked) {
            if (!patient.isReading()) {
                since = now;
            }
            return times.answer().compareTo(Duration.ofNanos(now - since)) > 0 || ended("no answer to a ping");
        } else if (now - since >= times.idle().toNanos()) {
            asked = true;
            since = now;
            patient.ping();
        }
        return true;
    }

    private boolean ended(String why) {
        patient.silent(why);
        return false;
    }
}
