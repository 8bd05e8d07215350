package dev.sprocket.session;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.BodyAggregator;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.http.User;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Finds the session that a site keeps for whoever sends a request, before anything is upgraded; components above it ask
 * {@link Session#of}. The request waits meanwhile, and no event loop does. If the store fails or takes too long it is answered
 * with 503.
 *
 * <p>If {@link Sessions} says where a session names its user, that is stated as well, for {@link User#of}.
 *
 * <p>A connection whose session ends, because its visitor has logged out or did not come back in time, is closed; under
 * WebSocket with 4401.
 *
 * <p>Threads: as the stack around it; stores are asked on the event loop, and must not block it.
 */
@ConcurrentComponent
public final class SessionProvider extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private static final PeerLog LOG = PeerLog.of(SessionProvider.class);

    /** Finds sessions for a component. */
    public SessionProvider(Sessions sessions, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(new AsyncFilter(
                conn -> find(sessions, conn), sessions.timeout(), new WatchingComponent(sessions.watcher(), inner)));
    }

    private static CompletionStage<Optional<HttpResponse>> find(Sessions sessions, HttpConnection conn) {
        return sessions.find(HttpRequest.of(conn))
                .thenApply(session -> admit(sessions, conn, session))
                .exceptionally(failure -> {
                    LOG.cause(Sessions.reason(failure))
                            .warn(
                                    "session store",
                                    "{} answered with 503: session store not readable: {}",
                                    conn,
                                    Sessions.reason(failure));
                    return Optional.of(HttpResponse.error(503, "sessions cannot be read, see above"));
                });
    }

    private static Optional<HttpResponse> admit(Sessions sessions, HttpConnection conn, Session session) {
        Session.KEY.set(conn, session);
        Optional<User> user = sessions.userOf(session);
        user.ifPresent(known -> User.set(conn, known));
        if (!sessions.isRequired() || (sessions.identifiesUsers() ? user.isPresent() : !session.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(HttpResponse.error(
                        401,
                        session + " (expected: one that the site knows"
                                + (sessions.identifiesUsers() ? ", of a user who is logged in)" : ")"))
                .header("WWW-Authenticate", "Cookie realm=\"site\""));
    }

    /** Remembers which connections live on a session. */
    private static final class WatchingComponent extends ForwardingComponent<HttpConnection, Message>
            implements RequestHeadListener {
        private final SessionWatcher live;

        WatchingComponent(SessionWatcher live, MessageComponent<? super HttpConnection, ? super Message> inner) {
            super(BodyAggregator.wrapIfNeeded(inner));
            this.live = live;
        }

        @Override
        public void onOpen(HttpConnection conn) throws Exception {
            live.add(conn, Session.of(conn));
            super.onOpen(conn);
        }

        @Override
        public void onClose(HttpConnection conn) throws Exception {
            live.remove(conn);
            super.onClose(conn);
        }
    }
}
