package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.User;
import dev.sprocket.session.spi.WatchableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions that open connections live on. */
@ThreadSafe
final class SessionWatcher {
    private static final PeerLog LOG = PeerLog.of(SessionWatcher.class);

    private final AttributeKey<WatchedConnection> key = AttributeKey.of("live session", "was Live.add called?");
    private final Sessions sessions;
    private final Map<String, WatchedSession> byId = new ConcurrentHashMap<>();
    private WatchableStore.@Nullable Watch subscription;
    private volatile boolean subscribed;
    private volatile boolean failing;

    SessionWatcher(Sessions sessions) {
        this.sessions = sessions;
    }

    /** On the connection's event loop. */
    void add(HttpConnection conn, Session session) {
        String id = session.id();
        PipelineContext segment = PipelineContext.find(conn).orElse(null);
        if (id == null
                || session.isEmpty()
                || segment == null
                || sessions.watchInterval().isZero()) {
            return;
        }
        subscribe();
        LoopTimer sweep = LoopTimer.of(segment.outbound().loop());
        WatchedConnection member = new WatchedConnection(conn, session, segment, id, sweep.now());
        key.set(conn, member);
        byId.compute(id, (same, shared) -> {
            WatchedSession all = shared == null
                    ? new WatchedSession(
                            id, sweep.now() + sessions.watchInterval().toNanos())
                    : shared;
            all.connections.add(member);
            return all;
        });
        sweep.add(member);
    }

    void remove(HttpConnection conn) {
        WatchedConnection member = key.peek(conn);
        if (member != null) {
            member.removed = true;
            byId.computeIfPresent(member.id, (id, shared) -> {
                shared.connections.remove(member);
                return shared.connections.isEmpty() ? null : shared;
            });
        }
    }

    int size() {
        return byId.size();
    }

    private void subscribe() {
        if (!subscribed && sessions.store() instanceof WatchableStore store) {
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
        WatchedSession shared = byId.get(id);
        if (shared != null) {
            shared.connections().forEach(WatchedConnection::end);
        }
    }

    /** A session, and all connections that live on it. */
    private final class WatchedSession {
        private final String id;
        /** Changed inside of {@code byId.compute} only. */
        private final Set<WatchedConnection> connections = ConcurrentHashMap.newKeySet();

        private long due;

        WatchedSession(String id, long due) {
            this.id = id;
            this.due = due;
        }

        List<WatchedConnection> connections() {
            return new ArrayList<>(connections);
        }

        /** Whether it is this caller's turn to ask the store. */
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
                                    connections().forEach(member -> member.compare(attributes));
                                });
            }
        }

        /** Once, however many sessions could not be looked at. */
        private void warnOnce(Throwable failure) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "session store",
                        "session store not readable: {} (connections stay open; repeated when it fails again)",
                        Sessions.reason(failure));
            }
        }
    }

    /** One connection. */
    private final class WatchedConnection implements LoopTimer.Task {
        private final HttpConnection conn;
        private final Session session;
        private final PipelineContext pipeline;
        private final String id;
        private final String user;
        private long due;
        private volatile boolean removed;

        WatchedConnection(HttpConnection conn, Session session, PipelineContext segment, String id, long now) {
            this.conn = conn;
            this.session = session;
            this.pipeline = segment;
            this.id = id;
            this.user = userName(session);
            this.due = now + sessions.watchInterval().toNanos();
        }

        private String userName(Session of) {
            return sessions.userOf(of).map(User::name).orElse("");
        }

        @Override
        public boolean tick(long now) {
            if (!removed && now - due >= 0) {
                due = now + sessions.watchInterval().toNanos();
                // a signed one may have expired, whatever any store says
                if (!sessions.tokens(HttpRequest.of(conn)).contains(id)) {
                    end();
                } else {
                    WatchedSession shared = byId.get(id);
                    if (shared != null) {
                        shared.check(now);
                    }
                }
            }
            return !removed;
        }

        void compare(@Nullable Map<String, @Nullable Object> attributes) {
            if (attributes == null || !hasSameUser(new Session(sessions, id, attributes))) {
                end();
            } else {
                session.setAttributes(attributes);
            }
        }

        /** One of which that cannot be said would not be let in, either. */
        private boolean hasSameUser(Session now) {
            try {
                return userName(now).equals(user);
            } catch (RuntimeException e) {
                LOG.warn(conn, "{}: it cannot be told whose {} is", conn, now, e);
                return false;
            }
        }

        void end() {
            pipeline.onLoop(() -> {
                if (!removed) {
                    remove(conn);
                    sessions.notifyEnd(conn, session);
                    session.setAttributes(null);
                    pipeline.requestClose(CloseRequest.Cause.UNAUTHORIZED);
                }
            });
        }
    }
}
