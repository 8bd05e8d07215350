package dev.sprocket.wamp;

import dev.sprocket.http.User;
import dev.sprocket.pubsub.Match;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an {@link Authorizer}; what it denies is logged and counted. Threads: any. */
final class Authorization {
    private static final Logger LOG = LoggerFactory.getLogger(Authorizer.class);

    private final Authorizer authorizer;
    private final LongAdder denied = new LongAdder();

    Authorization(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    long denied() {
        return denied.sum();
    }

    Decision ask(WampConnection conn, Authorizer.Action action, String uri) throws Exception {
        return ask(conn, action, uri, Match.EXACT);
    }

    Decision ask(WampConnection conn, Authorizer.Action action, String uri, Match match) throws Exception {
        Decision decision = match == Match.EXACT
                ? authorizer.authorize(conn, action, uri)
                : authorizer.authorize(conn, action, uri, match);
        if (decision instanceof Decision.Deny deny) {
            denied(conn, action, uri, "denied", deny.reason());
        } else if (decision instanceof Decision.Close close) {
            denied(conn, action, uri, "denied and closed", close.reason());
        }
        return decision;
    }

    private void denied(WampConnection conn, Authorizer.Action action, String uri, String how, String reason) {
        denied.increment();
        if (LOG.isInfoEnabled()) {
            String who = User.find(conn)
                    .map(user -> "user " + Shown.of(user.toString()))
                    .orElse("no user");
            LOG.info(
                    "{} ({}) {}: {} {}: {}",
                    conn,
                    who,
                    how,
                    action.name().toLowerCase(Locale.ROOT),
                    Shown.of(uri),
                    Shown.of(reason));
        }
    }
}
