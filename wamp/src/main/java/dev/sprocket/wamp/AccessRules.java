package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.User;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.auth.SessionIdentity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@link Authorizer} made of rules with URI patterns and roles.
 *
 * <p>A pattern is a whole URI, or the beginning of URIs followed by {@code *}:
 *
 * <pre>{@code
 * new AccessRules().allow(SUBSCRIBE, "public.*").allow(PUBLISH, "public.*", "editor").deny(SUBSCRIBE, "public.drafts");
 * }</pre>
 *
 * <p>Everything is denied unless a rule allows it. A matching deny rule takes precedence over all allow rules. Roles
 * are those of the {@link User} and, under WAMP v2, the role of the {@link SessionIdentity}; a connection with
 * neither has the role {@code anonymous}.
 */
@ThreadSafe
public final class AccessRules implements Authorizer {
    private record Rule(boolean allows, Action action, String pattern, @Nullable String role) {
        boolean matches(Action requested, String uri) {
            return action == requested && (isPrefix() ? uri.startsWith(prefix()) : uri.equals(pattern));
        }

        /**
         * Reports whether the rule applies to URIs with a prefix.
         *
         * <p>A rule that allows must cover all of them, a rule that denies one of them.
         */
        boolean appliesToPrefix(Action requested, String start) {
            return action == requested
                    && (isPrefix() && start.startsWith(prefix()) || !allows && prefix().startsWith(start));
        }

        private boolean isPrefix() {
            return pattern.endsWith("*");
        }

        private String prefix() {
            return isPrefix() ? pattern.substring(0, pattern.length() - 1) : pattern;
        }
    }

    private final List<Rule> rules;

    /** Creates rules that deny everything. */
    public AccessRules() {
        this(List.of());
    }

    private AccessRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** Returns a copy that allows an action to all users. */
    public AccessRules allow(Action action, String pattern) {
        return with(new Rule(true, action, pattern, null));
    }

    /** Returns a copy that allows an action to users with a role. */
    public AccessRules allow(Action action, String pattern, String role) {
        return with(new Rule(true, action, pattern, role));
    }

    /** Returns a copy that denies an action to all users. */
    public AccessRules deny(Action action, String pattern) {
        return with(new Rule(false, action, pattern, null));
    }

    private AccessRules with(Rule rule) {
        int star = rule.pattern.indexOf('*');
        if (star >= 0 && star < rule.pattern.length() - 1) {
            throw new IllegalArgumentException("pattern: " + rule.pattern + " (expected: * at its end, or none)");
        }
        List<Rule> all = new ArrayList<>(rules);
        all.add(rule);
        return new AccessRules(all);
    }

    @Override
    public AccessDecision authorize(WampConnection conn, Action action, String uri) {
        return decide(conn, rule -> rule.matches(action, uri));
    }

    /**
     * Decides about a pattern by its fixed beginning.
     *
     * <p>A pattern is allowed if rules allow all URIs with its beginning, and denied if a rule denies any of them.
     */
    @Override
    public AccessDecision authorize(WampConnection conn, Action action, String pattern, MatchPolicy match) {
        String start = match.literalPrefix(pattern);
        return decide(conn, rule -> rule.appliesToPrefix(action, start));
    }

    private static Set<String> roles(WampConnection conn) {
        Set<String> roles = new HashSet<>(User.find(conn).map(User::roles).orElse(Set.of()));
        Optional<SessionIdentity> identity = SessionIdentity.find(conn);
        identity.ifPresent(joined -> roles.add(joined.authrole()));
        if (identity.isEmpty() && User.find(conn).isEmpty()) {
            roles.add(SessionIdentity.ANONYMOUS);
        }
        return roles;
    }

    private AccessDecision decide(WampConnection conn, Predicate<Rule> applies) {
        Set<String> roles = roles(conn);
        List<String> missing = new ArrayList<>();
        boolean allowed = false;
        for (Rule rule : rules) {
            if (!applies.test(rule)) {
                continue;
            }
            if (!rule.allows) {
                return AccessDecision.deny("denied by the rule for " + rule.pattern);
            }
            if (rule.role == null || roles.contains(rule.role)) {
                allowed = true;
            } else {
                missing.add(rule.role);
            }
        }
        if (allowed) {
            return AccessDecision.ALLOW;
        }
        return AccessDecision.deny(
                missing.isEmpty() ? "no rule allows it" : "required role: " + String.join(" or ", missing));
    }
}
