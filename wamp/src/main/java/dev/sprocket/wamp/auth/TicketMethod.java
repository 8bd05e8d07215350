package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.auth.Proof;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Ticket-based authentication: the client sends its secret. */
@ThreadSafe
final class TicketMethod implements WampAuthenticator {
    private static final String NAME = "ticket";
    private static final SharedSecret DECOY = SharedSecret.of("decoy");

    private final CredentialAuthenticator.TicketCheck check;

    TicketMethod(CredentialAuthenticator.TicketCheck check) {
        this.check = check;
    }

    static CredentialAuthenticator.TicketCheck fixed(FixedCredentials<SharedSecret> credentials) {
        return (authid, ticket) -> {
            Optional<UserCredential<SharedSecret>> credential = credentials.get(authid);
            // same work for unknown users (no user enumeration)
            boolean valid =
                    credential.map(UserCredential::credential).orElse(DECOY).matches(ticket);
            return CompletableFuture.completedStage(
                    credential.filter(found -> valid).map(UserCredential::user));
        };
    }

    /** Verifies further tickets of a user. */
    private final class Tickets implements Authentication.Verifier {
        private final String authid;

        Tickets(String authid) {
            this.authid = authid;
        }

        @Override
        public boolean acceptsTokens() {
            return true;
        }

        @Override
        public CompletionStage<Optional<Proof>> verify(String ticket) throws Exception {
            return check.check(authid, ticket)
                    .thenApply(found -> found.map(SessionIdentity::user).map(Proof::of));
        }
    }

    @Override
    public AuthResult authenticate(WampAuthenticator.JoinRequest request) {
        String authid = request.authid().orElseThrow();
        return AuthResult.challenge(
                NAME,
                Map.of(),
                (ticket, extra) -> AuthResult.later(check.check(authid, ticket)
                        .thenApply(found -> CredentialAuthenticator.result(
                                NAME, found.map(identity -> identity.verifier(new Tickets(authid)))))));
    }
}
