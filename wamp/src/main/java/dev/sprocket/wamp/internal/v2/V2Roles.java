package dev.sprocket.wamp.internal.v2;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Roles that a client announces in HELLO, with the features that the router uses. */
@ThreadSafe
record V2Roles(Map<String, Set<String>> features) {
    private static final Set<String> USED_FEATURES =
            Set.of("progressive_call_invocations", "progressive_call_results", "call_canceling", "call_timeout");

    /** Roles of clients; others are ignored. */
    private static final Set<String> ROLES = Set.of("caller", "callee", "publisher", "subscriber");

    /** Reads the roles. Throws {@link CallException} if there are none, or one has the wrong type. */
    static V2Roles of(OptionReader details) {
        OptionReader roles = details.dict("roles");
        Map<String, Set<String>> all = new HashMap<>();
        if (roles.map().isEmpty()) {
            throw CallException.invalidArgument("HELLO without roles (expected: one or more)");
        }
        for (String name : ROLES) {
            OptionReader features = roles.dict(name).dict("features");
            Set<String> announced = new HashSet<>(USED_FEATURES);
            announced.removeIf(feature -> !features.isTrue(feature));
            all.put(name, announced);
        }
        return new V2Roles(all);
    }

    boolean supports(String role, String feature) {
        return features.getOrDefault(role, Set.of()).contains(feature);
    }
}
