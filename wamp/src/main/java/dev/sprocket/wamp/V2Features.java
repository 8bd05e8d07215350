package dev.sprocket.wamp;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What WELCOME announces: what works, and nothing else. Threads: any. */
final class V2Features {
    private static final String[] BROKER = {
        "publisher_identification",
        "publisher_exclusion",
        "subscriber_blackwhite_listing",
        "pattern_based_subscription",
        "subscription_meta_api",
        "session_meta_api",
        "event_retention"
    };

    private static final String[] DEALER = {
        "progressive_call_results",
        "progressive_call_invocations",
        "call_timeout",
        "call_canceling",
        "caller_identification",
        "pattern_based_registration",
        "shared_registration",
        "registration_meta_api",
        "session_meta_api",
        "testament_meta_api"
    };

    private static final Map<String, Object> ROLES = Map.of("broker", features(BROKER), "dealer", features(DEALER));
    private static final Map<String, Object> WITH_HISTORY =
            Map.of("broker", features(and(BROKER, "event_history")), "dealer", features(DEALER));

    private V2Features() {}

    static Map<String, Object> roles(boolean history) {
        return history ? WITH_HISTORY : ROLES;
    }

    private static String[] and(String[] names, String name) {
        String[] more = Arrays.copyOf(names, names.length + 1);
        more[names.length] = name;
        return more;
    }

    private static Map<String, Object> features(String... names) {
        return Map.of("features", List.of(names).stream().collect(Collectors.toMap(name -> name, name -> true)));
    }
}
