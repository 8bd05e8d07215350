package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.pattern.NamePattern;
import dev.sprocket.pubsub.internal.pattern.NamePatterns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rules of a policy for topics or for procedures. */
@ThreadSafe
final class RuleTable {
    /** Kind of the names. */
    enum Kind {
        TOPICS,
        PROCEDURES;

        static Kind of(Action action) {
            return action.isTopicAction() ? TOPICS : PROCEDURES;
        }

        /** Returns the key of the table in the configuration file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kind kind;
    /** Rules by the shapes of their patterns. */
    private final Map<String, PolicyRule> rules;
    /** Created at the first search, since a policy is built from many copies. */
    private volatile @Nullable NamePatterns<PolicyRule> patterns;

    RuleTable(Kind kind) {
        this(kind, Map.of());
    }

    private RuleTable(Kind kind, Map<String, PolicyRule> rules) {
        this.kind = kind;
        this.rules = rules;
    }

    /**
     * Returns a copy with another rule.
     *
     * @throws IllegalArgumentException if there is a rule for the same names
     */
    RuleTable with(String text, AccessRule rule) {
        NamePattern pattern = NamePattern.parse(text);
        PolicyRule added = new PolicyRule(kind, pattern, rule);
        Map<String, PolicyRule> copy = new LinkedHashMap<>(rules);
        PolicyRule equal = copy.put(pattern.shape(), added);
        if (equal != null) {
            throw new IllegalArgumentException(
                    added + ": matches the same names as " + equal + " (expected: one rule)");
        }
        return new RuleTable(kind, copy);
    }

    NamePatterns<PolicyRule> patterns() {
        NamePatterns<PolicyRule> existing = patterns;
        if (existing == null) {
            Map<NamePattern, PolicyRule> byPattern = new LinkedHashMap<>();
            rules.values().forEach(rule -> byPattern.put(rule.pattern(), rule));
            existing = new NamePatterns<>(byPattern);
            patterns = existing;
        }
        return existing;
    }

    /** Returns a line for each rule that no name can reach. */
    List<String> warnings() {
        List<String> all = new ArrayList<>();
        for (PolicyRule rule : rules.values()) {
            if (isReserved(rule.pattern())) {
                all.add(rule
                        + " has no effect: names that begin with wamp. or sprocket. are reserved (remove it;"
                        + " see meta-api)");
            } else if (rule.pattern().minLength() > Topics.MAX_ID_LENGTH) {
                all.add(rule + " has no effect: it matches no name of " + Topics.MAX_ID_LENGTH
                        + " characters or less (shorten it)");
            }
        }
        return all;
    }

    private static boolean isReserved(NamePattern pattern) {
        String beginning = pattern.literalPrefix();
        return isReservedBeginning(beginning) || beginning.equals(pattern.toString()) && Topics.isReserved(beginning);
    }

    /** Reports whether all names with a beginning are reserved. */
    static boolean isReservedBeginning(String beginning) {
        return beginning.indexOf('.') > 0 && Topics.isReserved(beginning);
    }

    /** Returns a name as a key of the configuration file. */
    static String quote(String name) {
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Returns the rules as in the configuration file. */
    @Override
    public String toString() {
        return rules.values().stream()
                .map(PolicyRule::text)
                .collect(Collectors.joining(", ", kind + " { ", rules.isEmpty() ? "}" : " }"));
    }
}
