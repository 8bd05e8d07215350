package dev.sprocket.wamp.internal.v2;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Roles and features that WELCOME announces. */
@ThreadSafe
final class V2Features {
    private static final String[] BROKER = {
        "publisher_identification",
        "publisher_exclusion",
        "subscriber_blackwhite_listing",
        "pattern_based_subscription",
        "subscription_meta_api",
        "session_meta_api",
        "event_retention",
        "event_history",
        "subscription_revocation"
    };

    private static final Set<String> META =
            Set.of("session_meta_api", "subscription_meta_api", "registration_meta_api");

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
        "testament_meta_api",
        "registration_revocation"
    };

    private V2Features() {}

    /**
     * Returns the roles with their features.
     *
     * @param meta true if the session may use the meta API
     */
    static Map<String, Object> roles(boolean meta) {
        return Map.of("broker", features(meta, BROKER), "dealer", features(meta, DEALER));
    }

    private static Map<String, Object> features(boolean meta, String... names) {
        return Map.of(
                "features",
                List.of(names).stream()
                        .filter(name -> meta || !META.contains(name))
                        .collect(Collectors.toMap(name -> name, name -> true)));
    }
}
