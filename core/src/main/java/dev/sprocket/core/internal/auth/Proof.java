package dev.sprocket.core.internal.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.User;

/**
 * User that a new credential proves.
 *
 * @param user the user, with the new end
 * @param accepted called on the event loop when the credential replaces the previous one
 */
@ThreadSafe
public record Proof(User user, Runnable accepted) {
    /** Returns the proof of a user, without a callback. */
    public static Proof of(User user) {
        return new Proof(user, () -> {});
    }
}
