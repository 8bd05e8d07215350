package dev.sprocket.wamp;

import dev.sprocket.core.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Ticket-based authentication: the client says its secret. Threads: any; it does not change. */
final class Ticket implements WampAuthenticator {
    private static final String NAME = "ticket";
    private static final Secret NOBODYS = Secret.of("nobody's");

    private final Authentication.TicketCheck check;

    Ticket(Authentication.TicketCheck check) {
        this.check = check;
    }

    static Authentication.TicketCheck known(Accounts<Secret> accounts) {
        return (authid, ticket) -> {
            Optional<Account<Secret>> account = accounts.of(authid);
            // as much work for an authid that is not there
            boolean good = account.map(Account::proof).orElse(NOBODYS).is(ticket);
            return CompletableFuture.completedStage(
                    account.filter(found -> good).map(Account::principal));
        };
    }

    @Override
    public AuthStep begin(Joining joining) {
        String authid = joining.authid().orElseThrow();
        return AuthStep.ask(
                NAME,
                Map.of(),
                (ticket, extra) -> AuthStep.later(
                        check.check(authid, ticket).thenApply(found -> Authentication.outcome(NAME, found))));
    }
}
