package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.User;
import dev.sprocket.pubsub.MatchPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Authorizer} made of patterns, each the whole of a URI, or its beginning and a {@code *}:
 *
 * <pre>{@code
 * new Rules().allow(SUBSCRIBE, "public.*").allow(PUBLISH, "public.*", "editor").deny(SUBSCRIBE, "public.drafts")
 * }</pre>
 *
 * <p>What nothing allows is denied. What is denied stays so, whatever else allows it. Roles are those of the {@link User}, and
 * the one in which a session of WAMP v2 has joined ({@link SessionIdentity}); who has neither is {@code anonymous}.
 */
@ThreadSafe
public final class AccessRules implements Authorizer {
    private record Rule(boolean allows, Action action, String pattern, @Nullable String role) {
        boolean matches(Action asked, String uri) {
            return action == asked && (isPrefix() ? uri.startsWith(prefix()) : uri.equals(pattern));
        }

        /** Whether this is about all URIs that begin so, if it allows, or about one of them, if it denies. */
        boolean appliesToPrefix(Action asked, String start) {
            return action == asked
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

    /** Nothing is allowed. */
    public AccessRules() {
        this(List.of());
    }

    private AccessRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** These rules, and one that allows something to everybody. */
    public AccessRules allow(Action action, String pattern) {
        return with(new Rule(true, action, pattern, null));
    }

    /** These rules, and one that allows something to users who have a role. */
    public AccessRules allow(Action action, String pattern, String role) {
        return with(new Rule(true, action, pattern, role));
    }

    /** These rules, and one that denies something to everybody. */
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

    /** A pattern is allowed where all that begins as it does is, and denied where anything of that is. */
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

    private AccessDecision decide(WampConnection conn, Predicate<Rule> isAbout) {
        Set<String> roles = roles(conn);
        List<String> wanted = new ArrayList<>();
        boolean allowed = false;
        for (Rule rule : rules) {
            if (!isAbout.test(rule)) {
                continue;
            }
            if (!rule.allows) {
                return AccessDecision.deny("denied: " + rule.pattern);
            }
            if (rule.role == null || roles.contains(rule.role)) {
                allowed = true;
            } else {
                wanted.add(rule.role);
            }
        }
        if (allowed) {
            return AccessDecision.ALLOW;
        }
        return AccessDecision.deny(
                wanted.isEmpty() ? "no rule allows it" : "expected: role " + String.join(" or ", wanted));
    }
}
