package dev.sprocket.bench;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * As little WAMP v1 as a peer can get by with; it trusts its clients and parses nothing it does not need, which is to the
 * peers' advantage.
 */
@ThreadSafe
final class WampText {
    static final String WELCOME = "[0,\"peer\",1,\"peer\"]";

    private WampText() {}

    static boolean isSubscribe(String message) {
        return message.charAt(1) == '5';
    }

    static boolean isPublish(String message) {
        return message.charAt(1) == '7';
    }

    static String topic(String message) {
        return message.substring(4, message.indexOf('"', 4));
    }

    /** PUBLISH and EVENT differ in their number only. */
    static String event(String publish) {
        return "[8" + publish.substring(2);
    }
}
