package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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

    @Override
    public AuthResult authenticate(WampAuthenticator.JoinRequest request) {
        String authid = request.authid().orElseThrow();
        return AuthResult.challenge(
                NAME,
                Map.of(),
                (ticket, extra) -> AuthResult.later(
                        check.check(authid, ticket).thenApply(found -> CredentialAuthenticator.result(NAME, found))));
    }
}
