package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Somebody whom a server knows, and how to find out whether it is them.
 *
 * @param principal who it is
 * @param proof what they must show, or know: {@code Secret}, {@link CraSecret}, a public key
 */
@ThreadSafe
public record UserCredential<P>(WampUser user, P credential) {
    /** Of somebody in a role. */
    public static <P> UserCredential<P> of(String authid, String authrole, P proof) {
        return new UserCredential<>(new WampUser(authid, authrole), proof);
    }

    /** Finds accounts. */
    @FunctionalInterface
    public interface Lookup<P> {
        /** The account of an authid, if there is one; if this throws, or fails, nobody is let in. */
        CompletionStage<Optional<UserCredential<P>>> find(String authid) throws Exception;
    }

    /** Not the proof, which may be a secret. */
    @Override
    public String toString() {
        return user.toString();
    }
}
