package dev.sprocket.wamp.internal.v2;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import java.util.List;

/**
 * Roles that a client announces in HELLO, with the features that the router uses.
 *
 * @param features one bit per role and feature, since each session keeps its roles
 */
@Immutable
record V2Roles(int features) {
    private static final List<String> USED_FEATURES = List.of(
            "progressive_call_invocations",
            "progressive_call_results",
            "call_canceling",
            "call_timeout",
            "subscription_revocation",
            "registration_revocation");

    /** Roles of clients; others are ignored. */
    private static final List<String> ROLES = List.of("caller", "callee", "publisher", "subscriber");

    /** Reads the roles. Throws {@link CallException} if there are none, or one has the wrong type. */
    static V2Roles of(OptionReader details) {
        OptionReader roles = details.dict("roles");
        int all = 0;
        if (roles.map().isEmpty()) {
            throw CallException.invalidArgument("HELLO without roles (expected: one or more)");
        }
        for (String role : ROLES) {
            OptionReader features = roles.dict(role).dict("features");
            for (String feature : USED_FEATURES) {
                if (features.isTrue(feature)) {
                    all |= bit(role, feature);
                }
            }
        }
        return new V2Roles(all);
    }

    boolean supports(String role, String feature) {
        return (features & bit(role, feature)) != 0;
    }

    /** Returns the bit of a feature; 0 if the router does not use it. */
    private static int bit(String role, String feature) {
        int index = USED_FEATURES.indexOf(feature);
        return index < 0 ? 0 : 1 << (ROLES.indexOf(role) * USED_FEATURES.size() + index);
    }
}
