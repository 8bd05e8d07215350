package dev.sprocket.bench.peer;

import java.util.Locale;

/** Function of a server under test. */
public enum Mode {
    /** Echoes each message. */
    ECHO,
    /** Publish/subscribe, in WAMP v1 unless the server has its own protocol. */
    FANOUT,
    /** Publish/subscribe in WAMP v2, on topics with a history. */
    HISTORY,
    /** Remote procedure calls in WAMP v2. */
    RPC;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
