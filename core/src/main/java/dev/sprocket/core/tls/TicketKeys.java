package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Random keys of session tickets, which rotate.
 *
 * <p>New tickets are sealed by the newest key; the two previous keys still open older ones. A key that is older is
 * forgotten, and its tickets lead to a full handshake. The rotation happens at the first connection after its time,
 * which needs no thread: without connections no ticket is issued or accepted.
 */
@ThreadSafe
final class TicketKeys {
    static final Duration DEFAULT_ROTATION = Duration.ofHours(12);

    private static final int COUNT = 3;
    private static final int PART = 16;

    private final SecureRandom random = new SecureRandom();
    private final long rotation;
    private final LongSupplier nanos;
    private long since;
    private volatile long next;
    private volatile List<OpenSslSessionTicketKey> keys;

    TicketKeys(Duration rotation, LongSupplier nanos) {
        this.rotation = rotation.toNanos();
        this.nanos = nanos;
        this.since = nanos.getAsLong();
        this.next = since + this.rotation;
        this.keys = List.of(create());
    }

    /** Returns the keys, newest first; the same list until the next rotation. */
    List<OpenSslSessionTicketKey> current() {
        if (nanos.getAsLong() - next >= 0) {
            rotate();
        }
        return keys;
    }

    private synchronized void rotate() {
        long periods = (nanos.getAsLong() - since) / rotation;
        if (periods < 1) {
            return;
        }
        List<OpenSslSessionTicketKey> all = new ArrayList<>(keys);
        for (long i = 0; i < Math.min(periods, COUNT); i++) {
            all.add(0, create());
        }
        keys = List.copyOf(all.subList(0, Math.min(all.size(), COUNT)));
        since += periods * rotation;
        next = since + rotation;
    }

    private OpenSslSessionTicketKey create() {
        return new OpenSslSessionTicketKey(bytes(), bytes(), bytes());
    }

    private byte[] bytes() {
        byte[] part = new byte[PART];
        random.nextBytes(part);
        return part;
    }

    /** Returns the lifetime of a ticket, after which its key may be forgotten. */
    Duration ticketLifetime() {
        return Duration.ofNanos(rotation * (COUNT - 1));
    }
}
