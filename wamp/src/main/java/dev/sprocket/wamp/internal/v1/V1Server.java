package dev.sprocket.wamp.internal.v1;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import dev.sprocket.wamp.internal.session.HandshakeLimit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * State shared by all WAMP v1 sessions of a server.
 *
 * @param app component that the sessions serve
 * @param malformed number of connections closed because of malformed messages
 * @param realm realm of the sessions; null if the application keeps its own topics
 * @param isEnabled true if clients are admitted
 */
@ThreadSafe
public record V1Server(
        RawWampComponent app,
        WampOptions options,
        LongAdder malformed,
        HandshakeLimit handshakes,
        @Nullable RealmRouter realm,
        boolean isEnabled) {
    /** Serves an application that keeps its own topics. */
    public V1Server(RawWampComponent app, WampOptions options) {
        this(app, options, new LongAdder(), new HandshakeLimit(), null, true);
    }

    /** Serves a realm. */
    public V1Server(RealmRouter realm, LongAdder malformed, HandshakeLimit handshakes) {
        this(realm, realm.settings().options(), malformed, handshakes, realm, true);
    }

    /** Returns a server that refuses all clients. */
    public V1Server disabled() {
        return new V1Server(app, options, malformed, handshakes, realm, false);
    }
}
