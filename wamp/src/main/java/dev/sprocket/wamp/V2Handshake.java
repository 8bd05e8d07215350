package dev.sprocket.wamp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a client of WAMP v2 joins a realm: HELLO, questions and answers, WELCOME. Threads: as its session. */
final class V2Handshake {
    private static final Logger LOG = LoggerFactory.getLogger(WampAuthenticator.class);

    private final V2Server server;
    private final V2Session session;
    private V2Message.@Nullable Hello hello;
    private @Nullable RunningRealm realm;
    /** What becomes of the answer to the question that was asked. */
    private AuthStep.@Nullable Answer answer;

    V2Handshake(V2Server server, V2Session session) {
        this.server = server;
        this.session = session;
    }

    void handle(V2Message message) {
        if (message instanceof V2Message.Hello first && hello == null) {
            hello(first);
        } else if (message instanceof V2Message.Authenticate said && answer != null) {
            AuthStep.Answer asked = answer;
            answer = null;
            step(() -> asked.next(said.signature(), said.extra()));
        } else {
            session.violated(V2Type.of(message) + " before the session was established");
        }
    }

    private void hello(V2Message.Hello first) {
        hello = first;
        if (!Uris.LOOSE.allows(first.realm())) {
            session.abort("wamp.error.invalid_uri", "realm " + Shown.of(first.realm()));
            return;
        }
        if (new Options(first.details()).dict("roles").isEmpty()) {
            session.violated("HELLO without roles (expected: one or more)");
            return;
        }
        Optional<RunningRealm> found = server.realms().find(first.realm());
        if (found.isEmpty()) {
            session.abort("wamp.error.no_such_realm", "no realm " + Shown.of(first.realm()));
            return;
        }
        realm = found.get();
        Joining joining = Joining.of(session.below(), session.id(), first);
        step(() -> found.get().realm().authenticator().begin(joining));
    }

    private interface Question {
        AuthStep next() throws Exception;
    }

    private void step(Question question) {
        AuthStep next;
        try {
            next = question.next();
        } catch (Exception e) {
            failed(e);
            return;
        }
        go(next);
    }

    private void go(AuthStep step) {
        if (step instanceof AuthStep.Admit admit && realm != null && hello != null) {
            session.welcome(realm, admit.identity(), hello);
        } else if (step instanceof AuthStep.Ask ask) {
            answer = ask.answer();
            session.send(new V2Message.Challenge(ask.method(), ask.extra()));
        } else if (step instanceof AuthStep.Deny deny) {
            LOG.info("{} not let in: {}", session, Shown.of(deny.message()));
            session.abort(deny.reason(), deny.message());
        }
    }

    private void failed(Throwable cause) {
        LOG.warn("{} not let in, its authentication failed", session, cause);
        session.abort("wamp.error.authentication_failed", "the authentication failed");
    }
}
