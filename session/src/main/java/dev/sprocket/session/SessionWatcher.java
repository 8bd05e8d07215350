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

    private final AttributeKey<Member> key = AttributeKey.of("live session", "was Live.add called?");
    private final Sessions sessions;
    private final Map<String, Shared> byId = new ConcurrentHashMap<>();
    private WatchableStore.@Nullable Watch watch;
    private volatile boolean hearing;
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
                || sessions.interval().isZero()) {
            return;
        }
        hear();
        LoopTimer sweep = LoopTimer.of(segment.outbound().loop());
        Member member = new Member(conn, session, segment, id, sweep.now());
        key.set(conn, member);
        byId.compute(id, (same, shared) -> {
            Shared all = shared == null
                    ? new Shared(id, sweep.now() + sessions.interval().toNanos())
                    : shared;
            all.members.add(member);
            return all;
        });
        sweep.add(member);
    }

    void remove(HttpConnection conn) {
        Member member = key.peek(conn);
        if (member != null) {
            member.gone = true;
            byId.computeIfPresent(member.id, (id, shared) -> {
                shared.members.remove(member);
                return shared.members.isEmpty() ? null : shared;
            });
        }
    }

    int size() {
        return byId.size();
    }

    private void hear() {
        if (!hearing && sessions.store() instanceof WatchableStore store) {
            synchronized (this) {
                if (!hearing) {
                    watch = store.watch(this::end);
                    hearing = true;
                }
            }
        }
    }

    synchronized void close() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    private void end(String id) {
        Shared shared = byId.get(id);
        if (shared != null) {
            shared.members().forEach(Member::end);
        }
    }

    /** A session, and all connections that live on it. */
    private final class Shared {
        private final String id;
        /** Changed inside of {@code byId.compute} only. */
        private final Set<Member> members = ConcurrentHashMap.newKeySet();

        private long due;

        Shared(String id, long due) {
            this.id = id;
            this.due = due;
        }

        List<Member> members() {
            return new ArrayList<>(members);
        }

        /** Whether it is this caller's turn to ask the store. */
        private synchronized boolean take(long now) {
            if (now - due < 0) {
                return false;
            }
            due = now + sessions.interval().toNanos();
            return true;
        }

        void look(long now) {
            if (take(now)) {
                sessions.read(id)
                        .whenComplete(
                                (@Nullable Map<String, @Nullable Object> attributes, @Nullable Throwable failure) -> {
                                    if (failure != null) {
                                        complain(failure);
                                        return;
                                    }
                                    failing = false;
                                    members().forEach(member -> member.compare(attributes));
                                });
            }
        }

        /** Once, however many sessions could not be looked at. */
        private void complain(Throwable failure) {
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
    private final class Member implements LoopTimer.Member {
        private final HttpConnection conn;
        private final Session session;
        private final PipelineContext segment;
        private final String id;
        private final String user;
        private long due;
        private volatile boolean gone;

        Member(HttpConnection conn, Session session, PipelineContext segment, String id, long now) {
            this.conn = conn;
            this.session = session;
            this.segment = segment;
            this.id = id;
            this.user = name(session);
            this.due = now + sessions.interval().toNanos();
        }

        private String name(Session of) {
            return sessions.userOf(of).map(User::name).orElse("");
        }

        @Override
        public boolean sweep(long now) {
            if (!gone && now - due >= 0) {
                due = now + sessions.interval().toNanos();
                // a signed one may have expired, whatever any store says
                if (!sessions.tokens(HttpRequest.of(conn)).contains(id)) {
                    end();
                } else {
                    Shared shared = byId.get(id);
                    if (shared != null) {
                        shared.look(now);
                    }
                }
            }
            return !gone;
        }

        void compare(@Nullable Map<String, @Nullable Object> attributes) {
            if (attributes == null || !isOfUser(new Session(sessions, id, attributes))) {
                end();
            } else {
                session.become(attributes);
            }
        }

        /** One of which that cannot be said would not be let in, either. */
        private boolean isOfUser(Session now) {
            try {
                return name(now).equals(user);
            } catch (RuntimeException e) {
                LOG.warn(conn, "{}: it cannot be told whose {} is", conn, now, e);
                return false;
            }
        }

        void end() {
            segment.onLoop(() -> {
                if (!gone) {
                    remove(conn);
                    sessions.tellEnd(conn, session);
                    session.become(null);
                    segment.end(CloseRequest.Cause.UNAUTHORIZED);
                }
            });
        }
    }
}
