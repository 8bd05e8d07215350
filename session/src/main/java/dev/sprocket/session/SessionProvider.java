package dev.sprocket.session;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthMethod;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthOutcome;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.http.internal.auth.AuthenticatedComponent;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * HTTP layer that finds the session of a request before an upgrade.
 *
 * <p>Components above it read the session with {@link Session#of}. The request waits for the store without blocking
 * an event loop. If the store fails or does not respond in time, the request is rejected with 503.
 *
 * <p>If {@link Sessions} defines the user of a session, the layer also sets {@link User#of}.
 *
 * <p>A connection is closed when its session ends, by logout or expiry; under WebSocket with 4401. If the roles of the
 * user change, the open connection has the new ones.
 *
 * <p>Stores are called on the event loop and must not block it.
 */
@ConcurrentComponent
public final class SessionProvider extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private static final PeerLog LOG = PeerLog.of(SessionProvider.class);

    /** Adds sessions to a component. */
    public SessionProvider(Sessions sessions, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(new AsyncFilter(
                        conn -> find(sessions, conn),
                        new AuthenticatedComponent(new WatchingComponent(sessions.watcher(), inner)))
                .timeout(sessions.storeTimeout()));
    }

    private static CompletionStage<Optional<HttpResponse>> find(Sessions sessions, HttpConnection conn) {
        return sessions.find(HttpRequest.of(conn))
                .thenApply(session -> admit(sessions, conn, session))
                .exceptionally(failure -> {
                    CoreMetrics.AUTHENTICATIONS.increment(AuthMethod.SESSION, AuthOutcome.FAILED);
                    LOG.cause(Sessions.reason(failure))
                            .warn(
                                    "session store",
                                    "session store not readable, request rejected: peer={} status=503 store={}"
                                            + " cause=\"{}\" (check the store)",
                                    conn,
                                    sessions.store().getClass().getSimpleName(),
                                    Sessions.reason(failure));
                    return Optional.of(HttpResponse.error(503, "session store not readable"));
                });
    }

    private static Optional<HttpResponse> admit(Sessions sessions, HttpConnection conn, Session session) {
        Session.KEY.set(conn, session);
        Optional<User> user = sessions.userOf(session);
        user.ifPresent(known -> Authentication.begin(conn, known).verifier(new SessionVerifier(sessions, conn)));
        if (!sessions.isRequired() || (sessions.identifiesUsers() ? user.isPresent() : !session.isEmpty())) {
            if (!session.isEmpty()) {
                CoreMetrics.AUTHENTICATIONS.increment(AuthMethod.SESSION, AuthOutcome.ACCEPTED);
            }
            return Optional.empty();
        }
        if (session.id() != null) { // otherwise there was nothing to reject
            CoreMetrics.AUTHENTICATIONS.increment(AuthMethod.SESSION, AuthOutcome.REJECTED);
        }
        return Optional.of(HttpResponse.error(
                        401,
                        session + " (expected: a session of the site"
                                + (sessions.identifiesUsers() ? " with a logged-in user)" : ")"))
                .header("WWW-Authenticate", "Cookie realm=\"site\""));
    }

    /** Registers connections with the watcher of their session. */
    private static final class WatchingComponent extends ForwardingComponent<HttpConnection, Message>
            implements RequestHeadListener {
        private final SessionWatcher watcher;

        WatchingComponent(SessionWatcher watcher, MessageComponent<? super HttpConnection, ? super Message> inner) {
            super(RequestHeadListener.around(inner));
            this.watcher = watcher;
        }

        @Override
        public void onOpen(HttpConnection conn) throws Exception {
            watcher.add(conn, Session.of(conn));
            super.onOpen(conn);
        }

        @Override
        public void onClose(HttpConnection conn) throws Exception {
            watcher.remove(conn);
            super.onClose(conn);
        }
    }
}
