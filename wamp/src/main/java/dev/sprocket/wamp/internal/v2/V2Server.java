package dev.sprocket.wamp.internal.v2;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.realm.RealmRegistry;
import dev.sprocket.wamp.internal.session.HandshakeLimit;
import java.util.concurrent.atomic.LongAdder;

/**
 * State shared by all WAMP v2 sessions of a server.
 *
 * @param violations number of sessions aborted because of protocol violations
 */
@ThreadSafe
public record V2Server(RealmRegistry realms, LongAdder violations, HandshakeLimit handshakes) {}
