package dev.sprocket.bench.client;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Minimal WAMP v1 for the peers.
 *
 * <p>Trusts its clients and parses only the required parts, which is to the peers' advantage.
 */
@ThreadSafe
public final class WampText {
    public static final String WELCOME = "[0,\"peer\",1,\"peer\"]";

    private WampText() {}

    public static boolean isSubscribe(String message) {
        return message.charAt(1) == '5';
    }

    public static boolean isPublish(String message) {
        return message.charAt(1) == '7';
    }

    public static String topic(String message) {
        return message.substring(4, message.indexOf('"', 4));
    }

    /** Returns the EVENT for a PUBLISH; they differ in the type number only. */
    public static String event(String publish) {
        return "[8" + publish.substring(2);
    }
}
