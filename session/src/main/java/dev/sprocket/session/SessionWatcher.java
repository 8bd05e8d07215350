package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.session.spi.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Watches the sessions of open connections and closes connections whose session ends. */
@ThreadSafe
final class SessionWatcher {
    private static final PeerLog LOG = PeerLog.of(SessionWatcher.class);

    private final AttributeKey<WatchedConnection> key =
            AttributeKey.of("watched session", "was SessionWatcher.add called?");
    private final Sessions sessions;
    private final Map<String, WatchedSession> byId = new ConcurrentHashMap<>();
    private SessionStore.@Nullable Watch subscription;
    private volatile boolean subscribed;
    private volatile boolean failing;

    SessionWatcher(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Starts watching the session of a connection. Called on the connection's event loop. */
    void add(HttpConnection conn, Session session) {
        String id = session.id();
        PipelineContext pipeline = PipelineContext.find(conn).orElse(null);
        if (id == null
                || session.isEmpty()
                || pipeline == null
                || sessions.watchInterval().isZero()) {
            return;
        }
        subscribe();
        LoopTimer timer = pipeline.timer();
        WatchedConnection watched = new WatchedConnection(conn, session, pipeline, id, timer.now());
        key.set(conn, watched);
        register(watched, id, timer.now());
        timer.add(watched);
    }

    private void register(WatchedConnection watched, String id, long now) {
        byId.compute(id, (sessionId, existing) -> {
            WatchedSession watchedSession = existing == null
                    ? new WatchedSession(id, now + sessions.watchInterval().toNanos())
                    : existing;
            watchedSession.connections.add(watched);
            return watchedSession;
        });
    }

    /** Replaces the session of a connection, because its authentication was renewed. Called on its event loop. */
    void replace(HttpConnection conn, Session newer) {
        WatchedConnection watched = key.find(conn).orElse(null);
        String id = newer.id();
        if (watched != null && id != null && !watched.removed) {
            unregister(watched);
            watched.renewed = true;
            watched.id = id;
            register(watched, id, watched.pipeline.timer().now());
        }
        Session current = watched == null ? Session.of(conn) : watched.session;
        current.replace(newer);
    }

    void remove(HttpConnection conn) {
        WatchedConnection watched = key.find(conn).orElse(null);
        if (watched != null) {
            watched.removed = true;
            unregister(watched);
        }
    }

    private void unregister(WatchedConnection watched) {
        byId.computeIfPresent(watched.id, (id, watchedSession) -> {
            watchedSession.connections.remove(watched);
            return watchedSession.connections.isEmpty() ? null : watchedSession;
        });
    }

    int size() {
        return byId.size();
    }

    private void subscribe() {
        if (!subscribed && sessions.store() instanceof SessionStore.Watchable store) {
            synchronized (this) {
                if (!subscribed) {
                    subscription = store.watch(this::end);
                    subscribed = true;
                }
            }
        }
    }

    synchronized void close() {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
    }

    private void end(String id) {
        WatchedSession watchedSession = byId.get(id);
        if (watchedSession != null) {
            watchedSession.connections().forEach(WatchedConnection::end);
        }
    }

    /** Watched session and its open connections. */
    private final class WatchedSession {
        private final String id;
        /** Modified only inside {@code byId.compute}. */
        private final Set<WatchedConnection> connections = ConcurrentHashMap.newKeySet();

        private long due;

        WatchedSession(String id, long due) {
            this.id = id;
            this.due = due;
        }

        List<WatchedConnection> connections() {
            return new ArrayList<>(connections);
        }

        /** Claims the check of the store if it is due. */
        private synchronized boolean claimCheck(long now) {
            if (now - due < 0) {
                return false;
            }
            due = now + sessions.watchInterval().toNanos();
            return true;
        }

        void check(long now) {
            if (claimCheck(now)) {
                sessions.read(id)
                        .whenComplete(
                                (@Nullable Map<String, @Nullable Object> attributes, @Nullable Throwable failure) -> {
                                    if (failure != null) {
                                        warnOnce(failure);
                                        return;
                                    }
                                    failing = false;
                                    connections().forEach(watched -> watched.compare(attributes));
                                });
            }
        }

        /** Logs the first failure only, regardless of the number of sessions. */
        private void warnOnce(Throwable failure) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "session store",
                        "session store not readable, connections stay open: cause={} (check the store)",
                        Sessions.reason(failure));
            }
        }
    }

    /** Connection whose session is watched. */
    private final class WatchedConnection implements LoopTimer.Task {
        private final HttpConnection conn;
        private final Session session;
        private final PipelineContext pipeline;
        private final String user;
        private volatile String id;
        /** True if another token than that of the request has replaced the session. */
        private volatile boolean renewed;

        private volatile boolean removed;
        private long due;

        WatchedConnection(HttpConnection conn, Session session, PipelineContext pipeline, String id, long now) {
            this.conn = conn;
            this.session = session;
            this.pipeline = pipeline;
            this.id = id;
            this.user = userName(session);
            this.due = now + sessions.watchInterval().toNanos();
        }

        private String userName(Session session) {
            return sessions.userOf(session).map(User::id).orElse("");
        }

        @Override
        public boolean tick(long now) {
            if (!removed && now - due >= 0) {
                due = now + sessions.watchInterval().toNanos();
                // a signed token may have expired, independently of the store
                if (!renewed && !sessions.tokens(HttpRequest.of(conn)).contains(id)) {
                    end();
                } else {
                    WatchedSession watchedSession = byId.get(id);
                    if (watchedSession != null) {
                        watchedSession.check(now);
                    }
                }
            }
            return !removed;
        }

        void compare(@Nullable Map<String, @Nullable Object> attributes) {
            if (attributes == null || !takeUser(new Session(sessions, id, attributes))) {
                end();
            } else {
                session.setAttributes(attributes);
            }
        }

        /**
         * Takes the roles of the user as they are now.
         *
         * @return false for another user; a user function that fails counts as such a change
         */
        private boolean takeUser(Session now) {
            try {
                Optional<User> current = sessions.userOf(now);
                current.filter(known -> known.id().equals(user))
                        .ifPresent(known -> SessionVerifier.authentication(conn, sessions)
                                .filter(authentication -> !authentication.user().equals(known))
                                .ifPresent(authentication -> authentication.replace(known)));
                return current.map(User::id).orElse("").equals(user);
            } catch (RuntimeException e) {
                LOG.warn(
                        conn,
                        "user of a session not determined, connection closed: session={} peer={}",
                        now.fingerprint(),
                        conn,
                        e);
                return false;
            }
        }

        void end() {
            pipeline.onLoop(() -> {
                if (!removed) {
                    remove(conn);
                    sessions.notifyEnd(conn, session);
                    session.setAttributes(null);
                    pipeline.requestClose(CloseReason.UNAUTHORIZED);
                }
            });
        }

        @Override
        public String toString() {
            return "session check of " + conn;
        }
    }
}
