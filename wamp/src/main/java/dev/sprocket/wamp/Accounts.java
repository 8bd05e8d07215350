package dev.sprocket.wamp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Accounts that are all known from the start. Threads: any; it does not change. */
final class Accounts<P> implements Account.Lookup<P> {
    private final Map<String, Account<P>> byAuthid = new HashMap<>();

    Accounts(List<Account<P>> accounts) {
        for (Account<P> account : accounts) {
            String authid = account.principal().authid();
            if (byAuthid.put(authid, account) != null) {
                throw new IllegalArgumentException("two accounts of " + authid + " (expected: one)");
            }
        }
    }

    Optional<Account<P>> of(String authid) {
        return Optional.ofNullable(byAuthid.get(authid));
    }

    @Override
    public CompletionStage<Optional<Account<P>>> find(String authid) {
        return CompletableFuture.completedStage(of(authid));
    }
}
