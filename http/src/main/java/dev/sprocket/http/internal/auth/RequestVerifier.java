package dev.sprocket.http.internal.auth;

import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.auth.Proof;
import dev.sprocket.http.HttpRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Verifier of the credentials of a request, with the check that has admitted the connection. */
@FunctionalInterface
public interface RequestVerifier extends Authentication.Verifier {
    /** Returns the proof of a request; empty if it proves nothing. May fail. */
    CompletionStage<Optional<Proof>> verify(HttpRequest request) throws Exception;

    @Override
    default boolean acceptsTokens() {
        return false;
    }

    @Override
    default CompletionStage<Optional<Proof>> verify(String token) throws Exception {
        return CompletableFuture.completedStage(Optional.empty());
    }
}
