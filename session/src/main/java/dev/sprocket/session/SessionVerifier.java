package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.auth.Proof;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.internal.auth.RequestVerifier;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Verifies further sessions of a connection; an accepted one replaces its session. */
@ThreadSafe
final class SessionVerifier implements RequestVerifier {
    private final Sessions sessions;
    private final HttpConnection conn;

    SessionVerifier(Sessions sessions, HttpConnection conn) {
        this.sessions = sessions;
        this.conn = conn;
    }

    /** Returns the authentication of a connection by these sessions; empty if it has no user. */
    static Optional<Authentication> authentication(HttpConnection conn, Sessions sessions) {
        Optional<Authentication> next = Authentication.find(conn);
        while (next.isPresent()
                && !(next.get().verifier().orElse(null) instanceof SessionVerifier own && own.sessions == sessions)) {
            next = next.get().below();
        }
        return next;
    }

    @Override
    public CompletionStage<Optional<Proof>> verify(HttpRequest request) {
        return sessions.find(request).thenApply(this::proof);
    }

    @Override
    public boolean acceptsTokens() {
        return true;
    }

    @Override
    public CompletionStage<Optional<Proof>> verify(String token) {
        return sessions.find(token).thenApply(session -> session.flatMap(this::proof));
    }

    private Optional<Proof> proof(Session session) {
        return sessions.userOf(session)
                .map(user -> new Proof(user, () -> sessions.watcher().replace(conn, session)));
    }
}
