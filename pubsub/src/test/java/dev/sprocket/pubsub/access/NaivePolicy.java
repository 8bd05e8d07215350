package dev.sprocket.pubsub.access;

import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Slow model of {@link AccessPolicy}: a list of regular expressions, compared by their tokens. */
final class NaivePolicy {
    private static final Pattern TOKEN = Pattern.compile("\\{[^}]*\\}|.", Pattern.DOTALL);

    /** Rule for subscribers and publishers. */
    static final class Rule {
        private final String pattern;
        private final @Nullable Grantee subscribe;
        private final @Nullable Grantee publish;
        private final List<String> tokens;
        private final Pattern regex;

        Rule(String pattern, @Nullable Grantee subscribe, @Nullable Grantee publish) {
            this.pattern = pattern;
            this.subscribe = subscribe;
            this.publish = publish;
            this.tokens =
                    TOKEN.matcher(pattern).results().map(MatchResult::group).toList();
            this.regex =
                    Pattern.compile(tokens.stream().map(Rule::regex).collect(Collectors.joining()), Pattern.DOTALL);
        }

        private static String regex(String token) {
            return switch (token) {
                case "*" -> ".+";
                case "{user}" -> "(?<user>[^./#:]+)";
                default -> token.length() > 1 ? "[^./#:]+" : Pattern.quote(token);
            };
        }

        String pattern() {
            return pattern;
        }

        List<String> tokens() {
            return tokens;
        }

        private Matcher matcher(String name) {
            return regex.matcher(name);
        }

        boolean matches(String name) {
            return matcher(name).matches();
        }

        @Nullable
        Grantee grantee(Action action) {
            return action == Action.SUBSCRIBE ? subscribe : publish;
        }

        boolean grants(Grantee grantee, AccessRequest request) {
            Matcher matcher = matcher(request.name());
            return grantee.equals(Grantee.SELF)
                    ? matcher.matches()
                            && request.user()
                                    .filter(user -> Topics.component(user.id()).equals(matcher.group("user")))
                                    .isPresent()
                    : NaivePolicy.grants(grantee, request);
        }
    }

    private final List<Rule> rules = new ArrayList<>();
    private final Grantee defaultSubscribe;
    private final Grantee defaultPublish;

    NaivePolicy(Grantee defaultSubscribe, Grantee defaultPublish) {
        this.defaultSubscribe = defaultSubscribe;
        this.defaultPublish = defaultPublish;
    }

    void add(Rule rule) {
        rules.add(rule);
    }

    List<Rule> rules() {
        return rules;
    }

    private static boolean grants(Grantee grantee, AccessRequest request) {
        return grantee.equals(Grantee.ANYONE) || (grantee.equals(Grantee.AUTHENTICATED) && request.isAuthenticated());
    }

    /** Negative if the first list of tokens is more specific. */
    private static int compare(List<String> one, List<String> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int difference = rank(one.get(i)) - rank(other.get(i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int rank(String token) {
        return token.equals("*") ? 2 : token.length() > 1 ? 1 : 0;
    }

    Optional<Rule> bestMatch(String name) {
        return rules.stream()
                .filter(rule -> rule.matches(name))
                .min(Comparator.comparing(Rule::tokens, NaivePolicy::compare));
    }

    boolean isAllowed(AccessRequest request) {
        Rule rule = bestMatch(request.name()).orElse(null);
        if (rule == null && request.action() == Action.PUBLISH && isBeginning(request.name())) {
            return false;
        }
        return rule == null ? isAllowedByDefault(request) : allows(rule, request);
    }

    /** Reports whether a rule allows a request, or the defaults in its place. */
    boolean allows(Rule rule, AccessRequest request) {
        Grantee own = rule.grantee(request.action());
        return own == null ? isAllowedByDefault(request) : rule.grants(own, request);
    }

    boolean isAllowedByDefault(AccessRequest request) {
        return grants(request.action() == Action.SUBSCRIBE ? defaultSubscribe : defaultPublish, request);
    }

    /** Reports whether a rule with a star matches longer names only, whatever follows. */
    boolean isBeginning(String name) {
        return rules.stream()
                .anyMatch(rule -> rule.pattern().endsWith("*")
                        && rule.matches(name + ".")
                        && rule.matches(name + "a")
                        && !rule.matches(name));
    }
}
