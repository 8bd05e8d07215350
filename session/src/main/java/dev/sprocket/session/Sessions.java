package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.session.internal.format.ForeignFormat;
import dev.sprocket.session.internal.metrics.SessionMetrics;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.session.token.SessionToken;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the session lookup: token, store, codec, timeouts and user.
 *
 * <pre>{@code
 * Sessions sessions = Sessions.of(SessionToken.cookie("PHPSESSID"), new PhpFiles(folder), PhpCodec.PHP)
 *         .user("username").required();
 * new HttpServer(new SessionProvider(sessions, new WsServer(app)));
 * }</pre>
 *
 * <p>Every method that changes a setting returns a copy. A copy has the same token, store and codec, so closing any
 * of them closes the store. Its counters start at zero, and it watches only the connections that it admitted.
 */
@ThreadSafe
public final class Sessions implements AutoCloseable {
    /** Default time limit for a response of the store: 5 seconds. */
    public static final Duration DEFAULT_STORE_TIMEOUT = Duration.ofSeconds(5);

    /** Default interval between two checks of a watched session: 30 seconds. */
    public static final Duration DEFAULT_WATCH_INTERVAL = Duration.ofSeconds(30);

    private static final PeerLog LOG = PeerLog.of(Sessions.class);

    private final SessionToken token;
    private final SessionStore store;
    private final SessionMetrics.Store storeKind;
    private final SessionCodec codec;
    private final Policy policy;
    private final SessionWatcher watcher = new SessionWatcher(this);
    private final LongAdder found = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder storeFailures = new LongAdder();
    private final LongAdder closedConnections = new LongAdder();

    /** Settings other than token, store and codec. */
    private record Policy(
            boolean required,
            boolean writable,
            Duration storeTimeout,
            Duration watchInterval,
            @Nullable Function<Session, Optional<User>> user,
            @Nullable EndListener listener) {}

    private Sessions(SessionToken token, SessionStore store, SessionCodec codec, Policy policy) {
        this.token = token;
        this.store = store;
        this.storeKind = SessionMetrics.Store.of(store);
        this.codec = codec;
        this.policy = policy;
    }

    /**
     * Creates a read-only configuration in which sessions are optional.
     *
     * <p>A request without a session gets an empty one.
     */
    public static Sessions of(SessionToken token, SessionStore store, SessionCodec codec) {
        return new Sessions(
                token,
                store,
                codec,
                new Policy(false, false, DEFAULT_STORE_TIMEOUT, DEFAULT_WATCH_INTERVAL, null, null));
    }

    private Sessions with(Policy other) {
        return new Sessions(token, store, codec, other);
    }

    /**
     * Returns a copy that rejects requests without a session with 401.
     *
     * <p>If {@link #user} is set, a session without a user is rejected with 401, too.
     */
    public Sessions required() {
        return with(new Policy(
                true, policy.writable, policy.storeTimeout, policy.watchInterval, policy.user, policy.listener));
    }

    /**
     * Returns a copy that lets the application change sessions.
     *
     * @throws IllegalArgumentException if the store or the codec is read-only
     */
    public Sessions writable() {
        if (!(store instanceof SessionStore.Writable) || !(codec instanceof SessionCodec.Writable)) {
            Object reader = store instanceof SessionStore.Writable ? codec : store;
            throw new IllegalArgumentException("sessions: " + reader.getClass().getSimpleName()
                    + " is read-only (expected: a writable store and a writable codec)");
        }
        return with(new Policy(
                policy.required, true, policy.storeTimeout, policy.watchInterval, policy.user, policy.listener));
    }

    /**
     * Returns a copy with a time limit for the store, {@link #DEFAULT_STORE_TIMEOUT} by default.
     *
     * <p>A request is rejected with 503 if the store does not respond in time.
     */
    public Sessions storeTimeout(Duration timeout) {
        return with(new Policy(
                policy.required, policy.writable, timeout, policy.watchInterval, policy.user, policy.listener));
    }

    /**
     * Returns a copy with an interval between two checks, {@link #DEFAULT_WATCH_INTERVAL} by default.
     *
     * <p>The check reads the sessions of open connections again; zero disables it. If a session has ended or belongs
     * to another user, its connections are closed. Notifications of a {@link SessionStore.Watchable} are used in
     * addition. A session is read once per interval, regardless of the number of its connections.
     */
    public Sessions watchInterval(Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("watch interval: " + interval + " (expected: zero or more)");
        }
        return with(new Policy(
                policy.required, policy.writable, policy.storeTimeout, interval, policy.user, policy.listener));
    }

    /**
     * Returns a copy with the path of the attribute that contains the user name.
     *
     * <p>Components above the session layer read the user with {@link User#of}. See {@link Session#get} for the path.
     * The user expires with the session if the store knows a {@linkplain SessionStore#expires fixed end}; if the token
     * contains the session, its values are the claims of the user.
     */
    public Sessions user(String name, String... path) {
        return user(session -> session.text(name, path).map(User::named));
    }

    /** Returns a copy with a function that returns the user of a session, without blocking. */
    public Sessions user(Function<Session, Optional<User>> user) {
        return with(new Policy(
                policy.required, policy.writable, policy.storeTimeout, policy.watchInterval, user, policy.listener));
    }

    /** Returns a copy with a listener that is notified when a session ends. */
    public Sessions listener(EndListener listener) {
        return with(new Policy(
                policy.required, policy.writable, policy.storeTimeout, policy.watchInterval, policy.user, listener));
    }

    /** Returns the number of requests with a session. */
    public long found() {
        return found.sum();
    }

    /**
     * Returns the number of requests with a session id unknown to the store.
     *
     * <p>A high number may indicate that a client guesses ids.
     */
    public long unknown() {
        return unknown.sum();
    }

    /** Returns the number of malformed sessions. They are treated as empty. */
    public long malformed() {
        return malformed.sum();
    }

    /** Returns the number of failed requests to the store. */
    public long storeFailures() {
        return storeFailures.sum();
    }

    /** Returns the number of connections closed because their session ended. */
    public long closedConnections() {
        return closedConnections.sum();
    }

    boolean isRequired() {
        return policy.required;
    }

    Duration storeTimeout() {
        return policy.storeTimeout;
    }

    Duration watchInterval() {
        return policy.watchInterval;
    }

    SessionStore store() {
        return store;
    }

    SessionWatcher watcher() {
        return watcher;
    }

    Optional<User> userOf(Session session) {
        return policy.user == null || session.isEmpty()
                ? Optional.empty()
                : policy.user.apply(session).map(user -> complete(user, session));
    }

    /** Adds the end of the session, and the claims if the token contains it. */
    private User complete(User user, Session session) {
        String id = session.id();
        if (id == null) {
            return user;
        }
        User ending = user.expires().isPresent()
                ? user
                : store.expires(id).map(user::expires).orElse(user);
        if (!(store instanceof CookieStore) || !user.claims().isEmpty()) {
            return ending;
        }
        Map<String, Object> claims = new HashMap<>();
        session.attributes().forEach((name, value) -> {
            if (value != null) {
                claims.put(name, value);
            }
        });
        return ending.claims(claims);
    }

    /** Reports whether a user function or attribute is set. */
    boolean identifiesUsers() {
        return policy.user != null;
    }

    void notifyEnd(Connection conn, Session session) {
        closedConnections.increment();
        LOG.info(conn, "session ended, connection closed: session={} peer={}", session.fingerprint(), conn);
        if (policy.listener != null) {
            try {
                policy.listener.onEnd(conn, session);
            } catch (Exception e) {
                LOG.warn(conn, "session listener failed: session={} peer={}", session.fingerprint(), conn, e);
            }
        }
    }

    /** Returns the tokens of a request. The first one known to the store is used. */
    List<String> tokens(HttpRequest request) {
        return token.findAll(request).stream().filter(value -> !value.isEmpty()).toList();
    }

    /** Returns the session of a request. Fails if the store cannot be read. */
    CompletionStage<Session> find(HttpRequest request) {
        List<String> ids = tokens(request);
        return ids.isEmpty() ? CompletableFuture.completedStage(new Session(this, null, null)) : find(ids, 0);
    }

    /** Returns the session of a token by itself. Empty if the token is invalid or has no session. */
    CompletionStage<Optional<Session>> find(String tokenAlone) {
        Optional<String> id = token.verify(tokenAlone);
        return id.isEmpty()
                ? CompletableFuture.completedStage(Optional.empty())
                : find(List.of(id.get()), 0)
                        .thenApply(found -> Optional.of(found).filter(session -> !session.isEmpty()));
    }

    private CompletionStage<Session> find(List<String> ids, int index) {
        String id = ids.get(index);
        return load(id).thenCompose(stored -> {
            Map<String, @Nullable Object> attributes =
                    stored.map(bytes -> decode(id, bytes)).orElse(null);
            if (attributes == null && index + 1 < ids.size()) {
                return find(ids, index + 1);
            }
            (attributes == null ? unknown : found).increment();
            if (stored.isEmpty()) {
                String hint = ForeignFormat.describeCookie(id);
                LOG.info(
                        store.getClass().getSimpleName(),
                        hint.isEmpty()
                                ? "session not found (expired, deleted or in another store): session={} store={}"
                                : "session not found (expired, deleted or in another store): session={} store={} ({})",
                        Session.fingerprint(id),
                        store.getClass().getSimpleName(),
                        hint);
            }
            return CompletableFuture.completedStage(
                    new Session(this, attributes == null ? ids.get(0) : id, attributes));
        });
    }

    /** Returns the stored attributes of an id, or null if there is no session. */
    CompletionStage<@Nullable Map<String, @Nullable Object>> read(@Nullable String id) {
        if (id == null) {
            return CompletableFuture.completedStage(null);
        }
        return load(id).thenApply(
                        bytes -> bytes.map(stored -> decode(id, stored)).orElse(null));
    }

    private CompletionStage<Optional<byte[]>> load(String id) {
        CompletionStage<Optional<byte[]>> stored;
        long started = SessionMetrics.begin();
        try {
            stored = store.load(id);
        } catch (RuntimeException e) {
            stored = CompletableFuture.failedStage(e);
        }
        return stored.whenComplete((bytes, failure) -> {
            if (failure != null) {
                storeFailures.increment();
                SessionMetrics.read(storeKind, SessionMetrics.Result.FAILED, started);
            } else {
                SessionMetrics.read(
                        storeKind,
                        bytes.isPresent() ? SessionMetrics.Result.FOUND : SessionMetrics.Result.UNKNOWN,
                        started);
            }
        });
    }

    private @Nullable Map<String, @Nullable Object> decode(String id, byte[] stored) {
        try {
            return Collections.unmodifiableMap(codec.decode(stored));
        } catch (SessionFormatException e) {
            malformed.increment();
            String hint = ForeignFormat.asHint(ForeignFormat.describe(stored));
            LOG.cause(String.valueOf(e.getMessage()))
                    .warn(
                            codec.getClass().getSimpleName(),
                            "malformed session, treated as empty: session={} cause={}",
                            Session.fingerprint(id),
                            e.getMessage() + hint);
            return null;
        }
    }

    /** Returns the class and message of the innermost cause, on one line. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.toString();
    }

    /** Changes a session and returns its new attributes, or null if there is none. */
    CompletionStage<@Nullable Map<String, @Nullable Object>> change(
            @Nullable String id, Consumer<Map<String, @Nullable Object>> edit) {
        if (!policy.writable) {
            throw new IllegalStateException("sessions are read-only (expected: Sessions.writable())");
        }
        if (id == null) {
            return CompletableFuture.completedStage(null);
        }
        AtomicReference<@Nullable Map<String, @Nullable Object>> written = new AtomicReference<>();
        return ((SessionStore.Writable) store)
                .update(id, stored -> {
                    Map<String, @Nullable Object> attributes = new LinkedHashMap<>(codec.decode(stored));
                    edit.accept(attributes);
                    byte[] bytes = ((SessionCodec.Writable) codec).encode(attributes, stored);
                    written.set(Collections.unmodifiableMap(attributes));
                    return bytes;
                })
                .thenApply(exists -> exists ? Objects.requireNonNull(written.get()) : null);
    }

    /** Stops watching sessions and closes the store. */
    @Override
    public void close() {
        watcher.close();
        store.close();
    }

    /**
     * Callback for sessions that end while a connection uses them.
     *
     * <p>Called on the connection's event loop; must not block.
     */
    @FunctionalInterface
    public interface EndListener {
        /**
         * Called when a session ends: logged out, expired, or of another user now.
         *
         * <p>The connection is closed immediately after this call, with 4401 under WebSocket.
         *
         * @param session the session as it was before
         */
        void onEnd(Connection conn, Session session) throws Exception;
    }
}
