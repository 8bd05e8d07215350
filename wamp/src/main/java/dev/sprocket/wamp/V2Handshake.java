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
final class V2Handshake implements LoopTimer.Member {
    /** How long a client may take to say HELLO. */
    private static final Duration HELLO = Duration.ofSeconds(10);

    private static final PeerLog LOG = PeerLog.of(WampAuthenticator.class);

    private final V2Server server;
    private final V2Session session;
    /** It has said HELLO, which is not kept: a client may say much there. */
    private boolean greeted;

    private @Nullable V2Roles roles;
    private @Nullable RealmRuntime realm;
    /** What becomes of the answer to the question that was asked. */
    private AuthResult.@Nullable Answer answer;

    /** Whether the server counts it. */
    private boolean counted;

    private volatile Duration limit = HELLO;
    private volatile long deadline;
    private volatile boolean done;
    private volatile @Nullable LoopTimer sweep;

    V2Handshake(V2Server server, V2Session session) {
        this.server = server;
        this.session = session;
    }

    /** It has ended, in a session or without one. */
    void end() {
        if (counted) {
            counted = false;
            server.opened();
        }
    }

    /** From now on time passes. */
    void open() {
        counted = server.opens();
        if (!counted) {
            LOG.warn(
                    session,
                    "{} not let in: too many handshakes at the same time: limit={}",
                    session,
                    V2Server.MOST_OPENING);
            session.abort("wamp.error.unavailable", "too many handshakes at the same time");
            return;
        }
        PipelineContext.find(session.underlying())
                .ifPresent(segment -> segment.onLoop(() -> {
                    LoopTimer own = LoopTimer.of(segment.outbound().loop());
                    sweep = own;
                    allow(limit);
                    own.add(this);
                }));
    }

    private void allow(Duration time) {
        limit = time;
        LoopTimer clock = sweep;
        if (clock != null) {
            deadline = clock.now() + time.toNanos();
        }
    }

    @Override
    public boolean sweep(long now) {
        if (done || !session.isOpen()) {
            return false;
        }
        if (now - deadline < 0) {
            return true;
        }
        CallbackExecutor.run(session.underlying(), this::late);
        return false;
    }

    private void late() {
        if (!done) {
            String what = "no " + (greeted ? "session" : "HELLO") + " within " + limit.toMillis() + " ms";
            LOG.info(session, "{} not let in: {}", session, what);
            session.abort("wamp.error.authentication_failed", what);
        }
    }

    void handle(V2Message message) {
        if (message instanceof V2Message.Hello first && !greeted) {
            hello(first);
        } else if (message instanceof V2Message.Authenticate said && answer != null) {
            AuthResult.Answer asked = answer;
            answer = null;
            step(() -> asked.next(said.signature(), said.extra()));
        } else {
            session.violated(V2MessageType.of(message) + " before the session was established");
        }
    }

    private void hello(V2Message.Hello first) {
        greeted = true;
        if (!Uris.LOOSE.allows(first.realm())) {
            session.abort("wamp.error.invalid_uri", "realm " + SafeText.excerpt(first.realm()));
            return;
        }
        JoinRequest joining;
        try {
            roles = V2Roles.of(new OptionReader(first.details()));
            joining = JoinRequest.of(session.underlying(), session.id(), first);
        } catch (CallException wrong) {
            session.violated(wrong.description());
            return;
        }
        Optional<RealmRuntime> found = server.realms().find(first.realm());
        if (found.isEmpty()) {
            session.abort("wamp.error.no_such_realm", "no realm " + SafeText.excerpt(first.realm()));
            return;
        }
        realm = found.get();
        WampAuthenticator authenticator = found.get().realm().authenticator();
        allow(authenticator.limit());
        step(() -> authenticator.begin(joining));
    }

    private interface Question {
        AuthResult next() throws Exception;
    }

    private void step(Question question) {
        AuthResult next;
        try {
            next = Objects.requireNonNull(question.next(), "a step (expected: not null)");
        } catch (CallException refused) {
            session.abort(refused.errorUri(), refused.description());
            return;
        } catch (Exception e) {
            failed(e);
            return;
        }
        go(next);
    }

    private void go(AuthResult step) {
        if (step instanceof AuthResult.Admit admit && realm != null && roles != null) {
            done = true;
            end();
            session.welcome(realm, admit.identity(), roles);
        } else if (step instanceof AuthResult.Ask ask) {
            answer = ask.answer();
            session.send(new V2Message.Challenge(ask.method(), ask.extra()));
        } else if (step instanceof AuthResult.Later later) {
            later.step()
                    .whenComplete(
                            (next, failure) -> CallbackExecutor.run(session.underlying(), () -> goOn(next, failure)));
        } else if (step instanceof AuthResult.Deny deny) {
            LOG.info(session, "{} not let in: {}", session, SafeText.excerpt(deny.message()));
            session.abort(deny.reason(), deny.message());
        }
    }

    /** The client may have left by now, or broken a rule, or taken too long. */
    private void goOn(@Nullable AuthResult next, @Nullable Throwable failure) {
        if (!session.isOpen()) {
            return;
        }
        if (next == null) {
            failed(failure == null ? new NullPointerException("a step (expected: not null)") : failure);
        } else {
            go(next);
        }
    }

    private void failed(Throwable cause) {
        LOG.warn(session, "{} not let in, its authentication failed", session, cause);
        session.abort("wamp.error.authentication_failed", "the authentication failed");
    }
}
