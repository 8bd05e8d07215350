package dev.sprocket.core.internal.auth;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.PipelineContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Authentication of one connection, by one of its layers.
 *
 * <p>It owns the {@link User}, closes the connection at the end of the authentication (4401), tells listeners 30
 * seconds before, and takes a new user of the same id when a credential is renewed or the rights of the user change.
 *
 * <p>A layer calls {@link #begin}, then {@link #open} when its component opens, and {@link #end} when it closes.
 */
@ThreadSafe
public final class Authentication implements LoopTimer.Task {
    /** Time between the notice and the end: 30 seconds. */
    public static final Duration NOTICE = Duration.ofSeconds(30);

    /** Ends that are further away are ignored: 100 years. */
    private static final Duration MAX = Duration.ofDays(36_525);

    private static final PeerLog LOG = PeerLog.of(User.class);
    private static final AttributeKey<Authentication> KEY =
            AttributeKey.of("authentication", "is Authenticator below this component?");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Verifies a credential that shall replace the current one. */
    public interface Verifier {
        /** Reports whether a token alone can prove a user. */
        boolean acceptsTokens();

        /** Returns the proof of a token; empty if it proves nothing. May fail. */
        CompletionStage<Optional<Proof>> verify(String token) throws Exception;
    }

    /** Listener to the authentication of a connection. Called on its event loop. */
    public interface Listener {
        /**
         * Called 30 seconds before the end.
         *
         * @return false to be called again soon, because the peer does not listen yet
         */
        boolean onExpiring(Authentication expiring, Instant end);

        /** Called when the roles, claims or end of the user have changed. */
        void onChanged(User before, User now);
    }

    private final Connection conn;
    /** True if the connection closes by itself; otherwise the layers above it are asked to. */
    private final boolean closesItself;

    private final @Nullable Authentication below;
    private final @Nullable PipelineContext pipeline;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile User user;
    private volatile @Nullable Verifier verifier;
    private @Nullable String id;
    private volatile boolean ended;
    private volatile List<Listener> listeners = List.of();

    // confined to the event loop
    private boolean opened;
    private boolean ticking;
    private boolean hasEnd;
    private long deadline;
    private boolean announced;

    private Authentication(Connection conn, User user, boolean closesItself) {
        this.conn = conn;
        this.user = user;
        this.closesItself = closesItself;
        this.below = KEY.find(conn).orElse(null);
        this.pipeline = PipelineContext.find(conn).orElse(null);
    }

    /** Authenticates a connection whose end closes the layers above it. */
    @CanIgnoreReturnValue
    public static Authentication begin(Connection conn, User user) {
        return begin(new Authentication(conn, user, false));
    }

    /** Authenticates a connection that closes by itself, such as a WAMP session. */
    @CanIgnoreReturnValue
    public static Authentication beginSession(Connection conn, User user) {
        return begin(new Authentication(conn, user, true));
    }

    private static Authentication begin(Authentication begun) {
        User.set(begun.conn, begun.user);
        AccessRecord.user(begun.conn, begun.user.id());
        KEY.set(begun.conn, begun);
        return begun;
    }

    /** Returns the authentication of the highest layer; empty if there is none. */
    public static Optional<Authentication> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Sets the verifier of further credentials. */
    @CanIgnoreReturnValue
    public Authentication verifier(Verifier other) {
        verifier = other;
        return this;
    }

    /** Sets the id by which the client names this connection. */
    public synchronized void id(String chosen) {
        id = chosen;
    }

    /** Returns the id by which the client names this connection, random unless it is set. */
    public synchronized String id() {
        String existing = id;
        if (existing == null) {
            byte[] bytes = new byte[16];
            RANDOM.nextBytes(bytes);
            existing = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            id = existing;
        }
        return existing;
    }

    /** Reports whether the connection has an id. */
    public synchronized boolean isNamed() {
        return id != null;
    }

    /** Returns the authentication of a lower layer; empty if there is none. */
    public Optional<Authentication> below() {
        return Optional.ofNullable(below);
    }

    /** Returns the current user. */
    public User user() {
        return user;
    }

    /** Returns the verifier of further credentials; empty if there can be none. */
    public Optional<Verifier> verifier() {
        return Optional.ofNullable(verifier);
    }

    /** Adds a listener to this authentication and those of the layers below. */
    public void listen(Listener listener) {
        synchronized (this) {
            List<Listener> extended = new ArrayList<>(listeners);
            extended.add(listener);
            listeners = List.copyOf(extended);
        }
        if (below != null) {
            below.listen(listener);
        }
    }

    /** Starts the time limit. */
    public void open() {
        if (pipeline != null && user.expires().isPresent()) {
            pipeline.onLoop(() -> {
                if (!opened) {
                    opened = true;
                    startTimer();
                }
            });
        }
        if (below != null) {
            below.open();
        }
    }

    /** Ends the time limits of a connection, because it ends. */
    @SuppressWarnings("ReferenceEquality") // several layers may authenticate one connection
    public void end() {
        ended = true;
        if (below != null && below.conn == conn) {
            below.end();
        }
    }

    /** Ends the time limits if they are those of a session that has ended. */
    @SuppressWarnings("ReferenceEquality") // a session always passes itself
    public void endOf(Connection session) {
        if (conn == session) {
            end();
        }
    }

    /** Computes the end by the clock of the event loop. Called on the event loop. */
    private void startTimer() {
        announced = false;
        Instant end = user.expires().orElse(null);
        Duration left = end == null ? MAX : Duration.between(Instant.now(), end);
        hasEnd = left.compareTo(MAX) < 0;
        if (!hasEnd || pipeline == null) {
            return;
        }
        LoopTimer timer = pipeline.timer();
        deadline = timer.now() + (left.isNegative() ? 0 : left.toNanos());
        if (!ticking) {
            ticking = true;
            timer.add(this);
        }
    }

    @Override
    public boolean tick(long now) {
        ticking = !ended && hasEnd && (now - deadline < 0 || expire());
        Instant end = user.expires().orElse(null);
        if (ticking && end != null && !announced && now - deadline + NOTICE.toNanos() >= 0) {
            announced = announce(end);
        }
        return ticking;
    }

    private boolean announce(Instant end) {
        boolean heard = true;
        for (Listener listener : listeners) {
            heard &= listener.onExpiring(this, end);
        }
        return heard && !listeners.isEmpty();
    }

    /** Closes the connection. Returns false. */
    private boolean expire() {
        ended = true;
        LOG.info(
                conn,
                "authentication expired, connection closed: peer={} user={} end={} (renew it in time)",
                conn,
                SafeText.excerpt(user.id()),
                user.expires().orElse(null));
        close();
        return false;
    }

    /** Closes the connection because its user is no longer authorized. */
    public void close() {
        if (closesItself || pipeline == null) {
            conn.close(CloseReason.UNAUTHORIZED);
        } else {
            pipeline.requestClose(CloseReason.UNAUTHORIZED);
        }
    }

    /**
     * Replaces the user by one with the same id.
     *
     * <p>Roles, claims and end may differ.
     *
     * @return false if the id differs
     */
    @CanIgnoreReturnValue
    public boolean replace(User other) {
        return replace(Proof.of(other));
    }

    private boolean replace(Proof proof) {
        boolean same = proof.user().id().equals(user.id());
        if (same) {
            onLoop(() -> replaceNow(proof));
        }
        return same;
    }

    private void replaceNow(Proof proof) {
        if (ended) {
            return;
        }
        User before = user;
        user = proof.user();
        User.set(conn, user);
        AccessRecord.user(conn, user.id());
        proof.accepted().run();
        opened = true;
        startTimer();
        if (!before.equals(user)) {
            if (!before.roles().equals(user.roles())) {
                LOG.info(
                        conn,
                        "rights of an open connection changed: peer={} user={} roles={} before={}",
                        conn,
                        SafeText.excerpt(user.id()),
                        SafeText.excerpt(user.roles().toString()),
                        SafeText.excerpt(before.roles().toString()));
            }
            listeners.forEach(listener -> listener.onChanged(before, user));
        }
    }

    /** Returns the highest authentication of a connection that a token can renew. */
    public static Optional<Authentication> renewable(Connection conn) {
        Optional<Authentication> next = KEY.find(conn);
        while (next.isPresent()
                && !next.get().verifier().map(Verifier::acceptsTokens).orElse(false)) {
            next = next.get().below();
        }
        return next;
    }

    /** Renews this authentication with a token. */
    public CompletionStage<Renewal> renew(String token) {
        Verifier own = verifier;
        return own == null ? CompletableFuture.completedStage(Renewal.UNSUPPORTED) : renew(() -> own.verify(token));
    }

    /** Verification of a credential. */
    @FunctionalInterface
    public interface Verification {
        /** Returns the proof; empty if there is none. */
        CompletionStage<Optional<Proof>> run() throws Exception;
    }

    /** Renews this authentication by a verification; only one at a time. */
    public CompletionStage<Renewal> renew(Verification verification) {
        if (!renewing.compareAndSet(false, true)) {
            return CompletableFuture.completedStage(Renewal.BUSY);
        }
        CompletionStage<Optional<Proof>> stage;
        try {
            stage = verification.run();
        } catch (Exception e) {
            stage = CompletableFuture.failedStage(e);
        }
        CompletableFuture<Renewal> result = new CompletableFuture<>();
        stage.whenComplete((found, failure) -> onLoop(() -> {
            Renewal renewal = failure == null ? result(found) : failed(failure);
            renewing.set(false);
            result.complete(renewal);
        }));
        return result;
    }

    private void onLoop(Runnable task) {
        if (pipeline == null) {
            task.run();
        } else {
            pipeline.onLoop(task);
        }
    }

    private Renewal failed(Throwable failure) {
        LOG.warn(conn, "renewal failed: peer={} user={}", conn, SafeText.excerpt(user.id()), failure);
        return Renewal.INVALID;
    }

    private Renewal result(Optional<Proof> proof) {
        Renewal result =
                proof.isEmpty() ? Renewal.INVALID : replace(proof.get()) ? Renewal.RENEWED : Renewal.OTHER_USER;
        LOG.cause(result)
                .info(
                        conn,
                        "authentication renewal: peer={} user={} result={} end={}",
                        conn,
                        SafeText.excerpt(user.id()),
                        result,
                        proof.flatMap(valid -> valid.user().expires())
                                .map(Instant::toString)
                                .orElse("none"));
        return result;
    }

    @Override
    public String toString() {
        return "authentication of " + conn;
    }
}
