package dev.sprocket.pubsub.access;

import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Result of the search for the rule that decides.
 *
 * @param matched the most specific rule; null if none matches
 * @param byDefault true if the defaults decided, because no rule matches or the rule does not name the action
 * @param allowed true if the request is allowed
 * @param special line that decided instead of a rule's line; null for rules and defaults
 */
record Verdict(@Nullable PolicyRule matched, boolean byDefault, boolean allowed, @Nullable String special) {
    private static final int MAX_SUGGESTED_NAME = 100;

    /** Decides about names of the protocol: the protocol has checked them already. */
    static Verdict reserved(Action action) {
        boolean reads = action == Action.SUBSCRIBE || action == Action.CALL;
        return new Verdict(null, false, reads, "names that begin with wamp. or sprocket. are reserved");
    }

    /** Denies a name that equals the beginning of a pattern before its star. */
    static Verdict beginning(PolicyRule longer) {
        return new Verdict(longer, false, false, longer + " (longer names only)");
    }

    /** Returns the decision of a denied request. */
    AccessDecision denial(AccessRequest request, AccessRule defaults) {
        String reason = reason(request, defaults);
        return matched != null && matched.isHidden() && request.action() == Action.CALL
                ? AccessDecision.hide(reason)
                : AccessDecision.deny(reason);
    }

    /** Returns the reason for the peer, which does not learn the rule. */
    private String reason(AccessRequest request, AccessRule defaults) {
        if (special != null) {
            return matched == null ? special : "name without a rule (expected: a longer name)";
        }
        return !request.isAuthenticated()
                        && !request.isBackend()
                        && grantees(request.action(), defaults).stream().anyMatch(Grantee::needsUser)
                ? "authentication required"
                : "not permitted";
    }

    private List<Grantee> grantees(Action action, AccessRule defaults) {
        List<Grantee> own = byDefault || matched == null ? defaults.grantees(action) : matched.grantees(action);
        return own == null ? List.of(Grantee.NOBODY) : own;
    }

    /** Returns the decision and its line. */
    AccessExplanation explain(AccessRequest request, AccessRule defaults) {
        Action action = request.action();
        AccessDecision decision = allowed ? AccessDecision.ALLOW : denial(request, defaults);
        String line = special;
        if (line == null) {
            String table = byDefault || matched == null ? "default-access" : matched.toString();
            line = table + "." + action + " = " + AccessRule.text(grantees(action, defaults));
        }
        Optional<String> origin = matched != null && !byDefault
                ? matched.origin(action)
                : special == null ? defaults.origin(action) : Optional.empty();
        return new AccessExplanation(
                decision, line, origin.orElse(null), byDefault && !allowed ? suggestion(request) : null);
    }

    private @Nullable String suggestion(AccessRequest request) {
        String key = matched != null
                ? matched.pattern().toString()
                : request.match() == MatchPolicy.EXACT
                        ? request.name()
                        : request.match().literalPrefix(request.name()) + "*";
        boolean isPattern = matched != null || request.match() != MatchPolicy.EXACT;
        if (key.length() > MAX_SUGGESTED_NAME || (!isPattern && key.chars().anyMatch(c -> "*{}".indexOf(c) >= 0))) {
            return null;
        }
        Grantee grantee = request.isBackend()
                ? Grantee.BACKEND
                : request.isAuthenticated() ? Grantee.AUTHENTICATED : Grantee.ANYONE;
        return RuleTable.Kind.of(request.action()) + " { " + RuleTable.quote(key) + " { " + request.action() + " = "
                + grantee + " } }";
    }
}
