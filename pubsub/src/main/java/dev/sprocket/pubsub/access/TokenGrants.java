package dev.sprocket.pubsub.access;

import dev.sprocket.core.User;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.Map;

/** Grants in the claims of a user: patterns and rights. */
final class TokenGrants {
    private TokenGrants() {}

    /** Reports whether the claims of the user grant a request. Claims of another form grant nothing. */
    static boolean include(AccessRequest request) {
        User user = request.user().orElse(null);
        if (user == null
                || !(user.claims().get(request.action().isTopicAction() ? "topics" : "procedures")
                        instanceof Map<?, ?> grants)) {
            return false;
        }
        for (Map.Entry<?, ?> grant : grants.entrySet()) {
            if (grant.getKey() instanceof String pattern
                    && grant.getValue() instanceof List<?> rights
                    && rights.contains(request.action().toString())
                    && matches(pattern, request)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, AccessRequest request) {
        String name = request.name();
        boolean star = pattern.endsWith("*");
        if (request.match() != MatchPolicy.EXACT) {
            return star && beginning(request).startsWith(pattern.substring(0, pattern.length() - 1));
        }
        return star
                ? name.length() >= pattern.length() && name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }

    /** Returns the literal beginning that all names of a pattern share. */
    private static String beginning(AccessRequest request) {
        return request.match().literalPrefix(request.name());
    }
}
