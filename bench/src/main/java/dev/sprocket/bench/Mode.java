package dev.sprocket.bench;

import java.util.Locale;

/** What a server does. */
enum Mode {
    /** Sends back what it is sent. */
    ECHO,
    /** Publish and subscribe, in WAMP v1 unless the server has a protocol of its own. */
    FANOUT,
    /** Calls, in WAMP v2. */
    RPC;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
