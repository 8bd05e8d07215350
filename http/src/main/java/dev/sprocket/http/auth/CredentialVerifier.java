package dev.sprocket.http.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Proof;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.internal.auth.RequestVerifier;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Verifies further credentials of a connection with the check that has admitted it. */
@ThreadSafe
final class CredentialVerifier implements RequestVerifier {
    private final Authenticator.Check check;
    private final Authenticator.@Nullable TokenCheck tokens;

    CredentialVerifier(Authenticator.Check check, Authenticator.@Nullable TokenCheck tokens) {
        this.check = check;
        this.tokens = tokens;
    }

    /** Returns a user that has not expired. */
    static Optional<User> valid(Optional<User> user) {
        return user.filter(
                found -> found.expires().map(end -> Instant.now().isBefore(end)).orElse(true));
    }

    @Override
    public CompletionStage<Optional<Proof>> verify(HttpRequest request) throws Exception {
        return check.check(request).thenApply(user -> valid(user).map(Proof::of));
    }

    @Override
    public boolean acceptsTokens() {
        return tokens != null;
    }

    @Override
    public CompletionStage<Optional<Proof>> verify(String token) throws Exception {
        return tokens == null
                ? CompletableFuture.completedStage(Optional.empty())
                : tokens.check(token).thenApply(user -> valid(user).map(Proof::of));
    }
}
