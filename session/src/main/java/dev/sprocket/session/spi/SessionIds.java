package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;

/** What ids of sessions look like. */
@ThreadSafe
public final class SessionIds {
    /** The longest that is taken for one. */
    public static final int MAX_LENGTH = 256;

    private SessionIds() {}

    /**
     * Whether a site could have given it: up to 256 letters, digits, and {@code , . - _} are what PHP, Spring, Symfony,
     * Laravel and Express use, and none of these means anything to a store.
     */
    public static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || ",.-_".indexOf(c) >= 0;
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
