package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Credentials that are all known from the start. */
@ThreadSafe
final class FixedCredentials<P> implements UserCredential.Lookup<P> {
    private final Map<String, UserCredential<P>> byAuthid = new HashMap<>();

    FixedCredentials(List<UserCredential<P>> credentials) {
        for (UserCredential<P> credential : credentials) {
            String authid = credential.user().authid();
            if (byAuthid.put(authid, credential) != null) {
                throw new IllegalArgumentException("two credentials of " + authid + " (expected: one)");
            }
        }
    }

    Optional<UserCredential<P>> get(String authid) {
        return Optional.ofNullable(byAuthid.get(authid));
    }

    @Override
    public CompletionStage<Optional<UserCredential<P>>> find(String authid) {
        return CompletableFuture.completedStage(get(authid));
    }
}
