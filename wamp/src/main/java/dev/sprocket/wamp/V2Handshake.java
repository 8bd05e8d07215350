package dev.sprocket.wamp;

import dev.sprocket.core.spi.CallbackExecutor;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.SafeText;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a client of WAMP v2 joins a realm: HELLO, questions and answers, WELCOME; all of it in time.
 *
 * <p>Threads: as its session; the sweep is the event loop's.
 */
final class V2Handshake implements LoopTimer.Task {
    /** How long a client may take to say HELLO. */
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    private static final PeerLog LOG = PeerLog.of(WampAuthenticator.class);

    private final V2Server server;
    private final V2Session session;
    /** It has said HELLO, which is not kept: a client may say much there. */
    private boolean helloReceived;

    private @Nullable V2Roles roles;
    private @Nullable RealmRuntime realm;
    /** What becomes of the answer to the question that was asked. */
    private AuthResult.@Nullable ResponseHandler responseHandler;

    /** Whether the server counts it. */
    private boolean counted;

    private volatile Duration timeout = HELLO_TIMEOUT;
    private volatile long deadline;
    private volatile boolean done;
    private volatile @Nullable LoopTimer timer;

    V2Handshake(V2Server server, V2Session session) {
        this.server = server;
        this.session = session;
    }

    /** It has ended, in a session or without one. */
    void end() {
        if (counted) {
            counted = false;
            server.endHandshake();
        }
    }

    /** From now on time passes. */
    void open() {
        counted = server.beginHandshake();
        if (!counted) {
            LOG.warn(
                    session,
                    "{} not let in: too many handshakes at the same time: limit={}",
                    session,
                    V2Server.MAX_HANDSHAKES);
            session.abort("wamp.error.unavailable", "too many handshakes at the same time");
            return;
        }
        PipelineContext.find(session.underlying())
                .ifPresent(segment -> segment.onLoop(() -> {
                    LoopTimer own = LoopTimer.of(segment.outbound().loop());
                    timer = own;
                    restartTimeout(timeout);
                    own.add(this);
                }));
    }

    private void restartTimeout(Duration time) {
        timeout = time;
        LoopTimer clock = timer;
        if (clock != null) {
            deadline = clock.now() + time.toNanos();
        }
    }

    @Override
    public boolean tick(long now) {
        if (done || !session.isOpen()) {
            return false;
        }
        if (now - deadline < 0) {
            return true;
        }
        CallbackExecutor.run(session.underlying(), this::timedOut);
        return false;
    }

    private void timedOut() {
        if (!done) {
            String what = "no " + (helloReceived ? "session" : "HELLO") + " within " + timeout.toMillis() + " ms";
            LOG.info(session, "{} not let in: {}", session, what);
            session.abort("wamp.error.authentication_failed", what);
        }
    }

    void handle(V2Message message) {
        if (message instanceof V2Message.Hello first && !helloReceived) {
            hello(first);
        } else if (message instanceof V2Message.Authenticate said && responseHandler != null) {
            AuthResult.ResponseHandler asked = responseHandler;
            responseHandler = null;
            run(() -> asked.handle(said.signature(), said.extra()));
        } else {
            session.abortForViolation(V2MessageType.of(message) + " before the session was established");
        }
    }

    private void hello(V2Message.Hello first) {
        helloReceived = true;
        if (!Uris.LOOSE.allows(first.realm())) {
            session.abort("wamp.error.invalid_uri", "realm " + SafeText.excerpt(first.realm()));
            return;
        }
        JoinRequest joining;
        try {
            roles = V2Roles.of(new OptionReader(first.details()));
            joining = JoinRequest.of(session.underlying(), session.id(), first);
        } catch (CallException wrong) {
            session.abortForViolation(wrong.description());
            return;
        }
        Optional<RealmRuntime> found = server.realms().find(first.realm());
        if (found.isEmpty()) {
            session.abort("wamp.error.no_such_realm", "no realm " + SafeText.excerpt(first.realm()));
            return;
        }
        realm = found.get();
        WampAuthenticator authenticator = found.get().realm().authenticator();
        restartTimeout(authenticator.timeout());
        run(() -> authenticator.authenticate(joining));
    }

    private interface Step {
        AuthResult run() throws Exception;
    }

    private void run(Step question) {
        AuthResult next;
        try {
            next = Objects.requireNonNull(question.run(), "a step (expected: not null)");
        } catch (CallException refused) {
            session.abort(refused.errorUri(), refused.description());
            return;
        } catch (Exception e) {
            failed(e);
            return;
        }
        apply(next);
    }

    private void apply(AuthResult step) {
        if (step instanceof AuthResult.Admit admit && realm != null && roles != null) {
            done = true;
            end();
            session.welcome(realm, admit.identity(), roles);
        } else if (step instanceof AuthResult.Challenge ask) {
            responseHandler = ask.handler();
            session.send(new V2Message.Challenge(ask.method(), ask.extra()));
        } else if (step instanceof AuthResult.Later later) {
            later.result()
                    .whenComplete((next, failure) ->
                            CallbackExecutor.run(session.underlying(), () -> onResult(next, failure)));
        } else if (step instanceof AuthResult.Deny deny) {
            LOG.info(session, "{} not let in: {}", session, SafeText.excerpt(deny.message()));
            session.abort(deny.reason(), deny.message());
        }
    }

    /** The client may have left by now, or broken a rule, or taken too long. */
    private void onResult(@Nullable AuthResult next, @Nullable Throwable failure) {
        if (!session.isOpen()) {
            return;
        }
        if (next == null) {
            failed(failure == null ? new NullPointerException("a step (expected: not null)") : failure);
        } else {
            apply(next);
        }
    }

    private void failed(Throwable cause) {
        LOG.warn(session, "{} not let in, its authentication failed", session, cause);
        session.abort("wamp.error.authentication_failed", "the authentication failed");
    }
}
