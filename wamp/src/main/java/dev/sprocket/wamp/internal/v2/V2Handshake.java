package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthMethod;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthOutcome;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.auth.AuthResult;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import dev.sprocket.wamp.internal.session.HandshakeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Handshake of a WAMP v2 client: HELLO, CHALLENGE, AUTHENTICATE, WELCOME, within time limits.
 *
 * <p>Confined to the thread of its session's callbacks, except for the timer, which runs on the event loop.
 */
final class V2Handshake implements LoopTimer.Task {
    /** Time limit for HELLO. */
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    private static final int MAX_AUTHID_LENGTH = 512;
    private static final int MAX_METHODS = 100;

    private static final PeerLog LOG = PeerLog.of(WampAuthenticator.class);

    private final V2Server server;
    private final V2Session session;
    /** True after HELLO. The message is not stored, since it may be large. */
    private boolean helloReceived;

    private @Nullable V2Roles roles;
    private @Nullable RealmRouter realm;
    /** Handler of the response to the last CHALLENGE. */
    private AuthResult.@Nullable ResponseHandler responseHandler;

    /** Method of the last CHALLENGE; empty before. */
    private String method = "";

    /** True while the server counts this handshake as pending. */
    private boolean counted;

    private volatile Duration timeout = HELLO_TIMEOUT;
    private volatile long deadline;
    private volatile boolean done;
    private volatile @Nullable LoopTimer timer;

    V2Handshake(V2Server server, V2Session session) {
        this.server = server;
        this.session = session;
    }

    /** Ends the handshake, with or without a session. */
    void end() {
        if (counted) {
            counted = false;
            server.handshakes().end();
        }
    }

    /** Starts the time limit. */
    void open() {
        counted = server.handshakes().begin();
        if (!counted) {
            LOG.warn(
                    session,
                    "WAMP client not admitted: peer={} protocol=v2 realm=none reason=\"limit of {} concurrent"
                            + " handshakes reached\"",
                    session,
                    HandshakeLimit.MAX);
            session.abort("wamp.error.unavailable", "too many handshakes at the same time");
            return;
        }
        PipelineContext.find(session.underlying())
                .ifPresent(pipeline -> pipeline.onLoop(() -> {
                    LoopTimer loopTimer = pipeline.timer();
                    timer = loopTimer;
                    restartTimeout(timeout);
                    loopTimer.add(this);
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
            String reason = (helloReceived ? "authentication not completed within " : "no HELLO within ")
                    + timeout.toMillis() + " ms";
            notAdmitted(reason);
            session.abort("wamp.error.authentication_failed", reason);
        }
    }

    private void notAdmitted(String reason) {
        LOG.info(
                session,
                "WAMP client not admitted: peer={} protocol=v2 realm={} reason={}",
                session,
                realmName(),
                SafeText.excerpt(reason));
    }

    private String realmName() {
        RealmRouter requested = realm;
        return requested == null ? "none" : requested.settings().toString();
    }

    void handle(V2Message message) {
        if (message instanceof V2Message.Hello hello && !helloReceived) {
            hello(hello);
        } else if (message instanceof V2Message.Authenticate authenticate && responseHandler != null) {
            AuthResult.ResponseHandler handler = responseHandler;
            responseHandler = null;
            run(() -> handler.handle(authenticate.signature(), authenticate.extra()));
        } else {
            session.abortForViolation(V2MessageType.of(message) + " before the session was established");
        }
    }

    private void hello(V2Message.Hello hello) {
        helloReceived = true;
        if (!Uris.LOOSE.allows(hello.realm())) {
            session.abort("wamp.error.invalid_uri", "invalid realm URI: " + SafeText.excerpt(hello.realm()));
            return;
        }
        WampAuthenticator.JoinRequest request;
        try {
            roles = V2Roles.of(new OptionReader(hello.details()));
            request = request(hello);
        } catch (CallException invalid) {
            session.abortForViolation(invalid.description());
            return;
        }
        Optional<RealmRouter> found = server.realms().find(hello.realm());
        if (found.isEmpty()) {
            session.abort("wamp.error.no_such_realm", "no realm " + SafeText.excerpt(hello.realm()));
            return;
        }
        realm = found.get();
        WampAuthenticator authenticator = found.get().settings().authenticator();
        restartTimeout(authenticator.timeout());
        run(() -> authenticator.authenticate(request));
    }

    /** Reads a request to join. Throws {@link CallException} if a detail has the wrong type or is too long. */
    private WampAuthenticator.JoinRequest request(V2Message.Hello hello) {
        OptionReader details = new OptionReader(hello.details());
        String authid = details.text("authid");
        List<String> authmethods = details.texts("authmethods");
        if (authid != null && authid.length() > MAX_AUTHID_LENGTH) {
            throw CallException.invalidArgument(
                    "authid of " + authid.length() + " characters (expected: <= " + MAX_AUTHID_LENGTH + ")");
        }
        if (authmethods.size() > MAX_METHODS) {
            throw CallException.invalidArgument(authmethods.size() + " authmethods (expected: <= " + MAX_METHODS + ")");
        }
        return new WampAuthenticator.JoinRequest(
                session.underlying(),
                session.id(),
                hello.realm(),
                Optional.ofNullable(authid),
                authmethods,
                dict(details.dict("authextra")));
    }

    @SuppressWarnings("unchecked") // keys of a dictionary are strings in every serialization
    private static Map<String, ?> dict(OptionReader options) {
        return (Map<String, ?>) options.map();
    }

    private interface Step {
        AuthResult run() throws Exception;
    }

    private void run(Step step) {
        AuthResult next;
        try {
            next = Objects.requireNonNull(step.run(), "authentication result (expected: not null)");
        } catch (CallException refused) {
            session.abort(refused.errorUri(), refused.description());
            return;
        } catch (Exception e) {
            failed(e);
            return;
        }
        apply(next);
    }

    private void apply(AuthResult result) {
        if (result instanceof AuthResult.Admit admit && realm != null && roles != null) {
            done = true;
            end();
            authenticated(admit.identity().authmethod(), AuthOutcome.ACCEPTED);
            session.welcome(realm, admit.identity(), roles);
        } else if (result instanceof AuthResult.Challenge challenge) {
            responseHandler = challenge.handler();
            method = challenge.method();
            session.send(new V2Message.Challenge(challenge.method(), challenge.extra()));
        } else if (result instanceof AuthResult.Later later) {
            later.result()
                    .whenComplete((next, failure) ->
                            CallbackExecutor.run(session.underlying(), () -> onResult(next, failure)));
        } else if (result instanceof AuthResult.Deny deny) {
            notAdmitted(deny.message());
            authenticated(method, AuthOutcome.REJECTED);
            session.abort(deny.reason(), deny.message());
        }
    }

    /** Continues after an asynchronous step, unless the session has ended meanwhile. */
    private void onResult(@Nullable AuthResult next, @Nullable Throwable failure) {
        if (!session.isOpen()) {
            return;
        }
        if (next == null) {
            failed(failure == null ? new NullPointerException("authentication result (expected: not null)") : failure);
        } else {
            apply(next);
        }
    }

    private static void authenticated(String authmethod, AuthOutcome outcome) {
        AuthMethod tag =
                switch (authmethod) {
                    case "anonymous" -> AuthMethod.ANONYMOUS;
                    case "ticket" -> AuthMethod.TICKET;
                    case "wampcra" -> AuthMethod.WAMPCRA;
                    case "cryptosign" -> AuthMethod.CRYPTOSIGN;
                    default -> AuthMethod.WAMP_OTHER;
                };
        CoreMetrics.AUTHENTICATIONS.increment(tag, outcome);
    }

    private void failed(Throwable cause) {
        authenticated(method, AuthOutcome.FAILED);
        LOG.warn(
                session,
                "WAMP client not admitted: peer={} protocol=v2 realm={} reason=\"authenticator failed\"",
                session,
                realmName(),
                cause);
        session.abort("wamp.error.authentication_failed", "the authentication failed");
    }

    @Override
    public String toString() {
        return "WAMP handshake of " + session;
    }
}
