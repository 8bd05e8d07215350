package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.User;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.spi.SessionToken;
import dev.sprocket.session.spi.WritableCodec;
import dev.sprocket.session.spi.WritableStore;
import java.time.Duration;
import java.util.Collections;
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
 * Where a site keeps its sessions, and what is done with them:
 *
 * <pre>{@code
 * Sessions sessions = Sessions.of(SessionTokens.cookie("PHPSESSID"), new PhpFiles(folder), PhpCodec.PHP)
 *         .user("username").required();
 * new WsServer(app) …under… new SessionProvider(sessions, …)
 * }</pre>
 *
 * <p>Every change gives another value that knows nothing of the first one's connections.
 */
@ThreadSafe
public final class Sessions implements AutoCloseable {
    /** How long a store may take to answer: 5 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** How often it is asked whether a session is still there: every 30 seconds. */
    public static final Duration DEFAULT_WATCH_INTERVAL = Duration.ofSeconds(30);

    private static final PeerLog LOG = PeerLog.of(Sessions.class);

    private final SessionToken token;
    private final SessionStore store;
    private final SessionCodec codec;
    private final Policy rules;
    private final SessionWatcher live = new SessionWatcher(this);
    private final LongAdder found = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder ended = new LongAdder();

    /** What is done with sessions. */
    private record Policy(
            boolean required,
            boolean writable,
            Duration limit,
            Duration watch,
            @Nullable Function<Session, Optional<User>> user,
            @Nullable SessionListener listener) {}

    private Sessions(SessionToken token, SessionStore store, SessionCodec codec, Policy rules) {
        this.token = token;
        this.store = store;
        this.codec = codec;
        this.rules = rules;
    }

    /** Read-only and optional: whoever has no session has an empty one. */
    public static Sessions of(SessionToken token, SessionStore store, SessionCodec codec) {
        return new Sessions(
                token, store, codec, new Policy(false, false, DEFAULT_TIMEOUT, DEFAULT_WATCH_INTERVAL, null, null));
    }

    private Sessions with(Policy other) {
        return new Sessions(token, store, codec, other);
    }

    /** Answers 401 to requests without a session; and, if it is said where a session names its user, without one. */
    public Sessions required() {
        return with(new Policy(true, rules.writable, rules.limit, rules.watch, rules.user, rules.listener));
    }

    /**
     * Lets the application change sessions.
     *
     * @throws IllegalArgumentException if the store or the codec cannot write
     */
    public Sessions writable() {
        if (!(store instanceof WritableStore) || !(codec instanceof WritableCodec)) {
            Object reader = store instanceof WritableStore ? codec : store;
            throw new IllegalArgumentException("sessions: " + reader.getClass().getSimpleName()
                    + " only reads (expected: a store and a codec that write)");
        }
        return with(new Policy(rules.required, true, rules.limit, rules.watch, rules.user, rules.listener));
    }

    /** Answers 503 if the store takes longer than this, instead of {@link #DEFAULT_TIMEOUT}. */
    public Sessions timeout(Duration limit) {
        return with(new Policy(rules.required, rules.writable, limit, rules.watch, rules.user, rules.listener));
    }

    /**
     * Looks again so often, instead of every {@link #DEFAULT_WATCH_INTERVAL}, whether the sessions of open connections are still
     * there; zero never does. One that is gone, or names another user, has its connections closed. A store that tells of
     * sessions that end is heard as well. Nothing is looked at twice because it has several connections.
     */
    public Sessions watch(Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("watch: " + interval + " (expected: zero or more)");
        }
        return with(new Policy(rules.required, rules.writable, rules.limit, interval, rules.user, rules.listener));
    }

    /** The attribute that is the user's name; components above can ask {@link User#of}. See {@link Session#get}. */
    public Sessions user(String name, String... inwards) {
        return user(session -> session.text(name, inwards).map(User::named));
    }

    /** Who the user is that a session belongs to; does not block. */
    public Sessions user(Function<Session, Optional<User>> user) {
        return with(new Policy(rules.required, rules.writable, rules.limit, rules.watch, user, rules.listener));
    }

    /** Tells of sessions that end. */
    public Sessions listener(SessionListener listener) {
        return with(new Policy(rules.required, rules.writable, rules.limit, rules.watch, rules.user, listener));
    }

    /** How many requests had a session. */
    public long found() {
        return found.sum();
    }

    /** How many requests named a session that the store does not know; many may be somebody who guesses. */
    public long unknown() {
        return unknown.sum();
    }

    /** How many sessions were not well-formed, and taken as empty. */
    public long malformed() {
        return malformed.sum();
    }

    /** How often the store could not be asked. */
    public long storeFailures() {
        return failed.sum();
    }

    /** How many connections were closed because their session ended. */
    public long closedConnections() {
        return ended.sum();
    }

    boolean isRequired() {
        return rules.required;
    }

    Duration timeout() {
        return rules.limit;
    }

    Duration watchInterval() {
        return rules.watch;
    }

    SessionStore store() {
        return store;
    }

    SessionWatcher watcher() {
        return live;
    }

    Optional<User> userOf(Session session) {
        return rules.user == null || session.isEmpty() ? Optional.empty() : rules.user.apply(session);
    }

    /** Whether it was said where a session names its user. */
    boolean identifiesUsers() {
        return rules.user != null;
    }

    void notifyEnd(Connection conn, Session session) {
        ended.increment();
        LOG.info(conn, "{}: {} ended, and the connection with it", conn, session);
        if (rules.listener != null) {
            try {
                rules.listener.onEnd(conn, session);
            } catch (Exception e) {
                LOG.warn(conn, "{}: a listener of sessions failed", conn, e);
            }
        }
    }

    /** What a request has to show; the first that the store knows counts. */
    List<String> tokens(HttpRequest request) {
        return token.findAll(request).stream().filter(shown -> !shown.isEmpty()).toList();
    }

    /** The session of a request; fails if the store cannot be asked. */
    CompletionStage<Session> find(HttpRequest request) {
        List<String> ids = tokens(request);
        return ids.isEmpty() ? CompletableFuture.completedStage(new Session(this, null, null)) : find(ids, 0);
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
                LOG.info(
                        store.getClass().getSimpleName(),
                        "session {} not found in {}: expired, ended or kept elsewhere{}",
                        Session.fingerprint(id),
                        store.getClass().getSimpleName(),
                        ForeignFormat.asHint(ForeignFormat.describeCookie(id)));
            }
            return CompletableFuture.completedStage(
                    new Session(this, attributes == null ? ids.get(0) : id, attributes));
        });
    }

    /** The attributes that the store has for an id; null if none. */
    CompletionStage<@Nullable Map<String, @Nullable Object>> read(@Nullable String id) {
        if (id == null) {
            return CompletableFuture.completedStage(null);
        }
        return load(id).thenApply(bytes -> bytes.map(some -> decode(id, some)).orElse(null));
    }

    private CompletionStage<Optional<byte[]>> load(String id) {
        CompletionStage<Optional<byte[]>> stored;
        try {
            stored = store.load(id);
        } catch (RuntimeException e) {
            stored = CompletableFuture.failedStage(e);
        }
        return stored.whenComplete((bytes, failure) -> {
            if (failure != null) {
                failed.increment();
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
                            "session {} is not well-formed, taken as empty: {}{}",
                            Session.fingerprint(id),
                            e.getMessage(),
                            hint);
            return null;
        }
    }

    /** One line about a failure: the class and message of its innermost cause. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.toString();
    }

    /** What a session has become; null if there is none. */
    CompletionStage<@Nullable Map<String, @Nullable Object>> change(
            @Nullable String id, Consumer<Map<String, @Nullable Object>> edit) {
        if (!rules.writable) {
            throw new IllegalStateException("sessions are read-only (expected: Sessions.writable())");
        }
        if (id == null) {
            return CompletableFuture.completedStage(null);
        }
        AtomicReference<@Nullable Map<String, @Nullable Object>> written = new AtomicReference<>();
        return ((WritableStore) store)
                .update(id, stored -> {
                    Map<String, @Nullable Object> attributes = new LinkedHashMap<>(codec.decode(stored));
                    edit.accept(attributes);
                    byte[] bytes = ((WritableCodec) codec).encode(attributes, stored);
                    written.set(Collections.unmodifiableMap(attributes));
                    return bytes;
                })
                .thenApply(there -> there ? Objects.requireNonNull(written.get()) : null);
    }

    /** Asks and hears the store no more, and closes it. */
    @Override
    public void close() {
        live.close();
        store.close();
    }
}
