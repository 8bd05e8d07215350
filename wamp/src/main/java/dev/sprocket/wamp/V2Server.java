package dev.sprocket.wamp;

import java.util.concurrent.atomic.LongAdder;

/** What the sessions of a server share. Threads: any. */
record V2Server(Realms realms, LongAdder violations) {
    void malformed() {
        violations.increment();
    }
}
