package dev.sprocket.wamp;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Somebody whom a server knows, and how to find out whether it is them.
 *
 * <p>Threads: any; it does not change.
 *
 * @param principal who it is
 * @param proof what they must show, or know: {@code Secret}, {@link CraKey}, a public key
 */
public record Account<P>(Principal principal, P proof) {
    /** Of somebody in a role. */
    public static <P> Account<P> of(String authid, String authrole, P proof) {
        return new Account<>(new Principal(authid, authrole), proof);
    }

    /** Finds accounts. */
    @FunctionalInterface
    public interface Lookup<P> {
        /** The account of an authid, if there is one; if this throws, or fails, nobody is let in. */
        CompletionStage<Optional<Account<P>>> find(String authid) throws Exception;
    }

    /** Not the proof, which may be a secret. */
    @Override
    public String toString() {
        return principal.toString();
    }
}
