package dev.sprocket.wamp;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What WELCOME announces: what works, and nothing else. Threads: any. */
final class V2Features {
    static final Map<String, Object> ROLES = Map.of(
            "broker",
            features(
                    "publisher_identification",
                    "publisher_exclusion",
                    "subscriber_blackwhite_listing",
                    "pattern_based_subscription"),
            "dealer",
            features(
                    "progressive_call_results",
                    "progressive_call_invocations",
                    "call_timeout",
                    "call_canceling",
                    "caller_identification",
                    "pattern_based_registration",
                    "shared_registration"));

    private V2Features() {}

    private static Map<String, Object> features(String... names) {
        return Map.of("features", List.of(names).stream().collect(Collectors.toMap(name -> name, name -> true)));
    }
}
