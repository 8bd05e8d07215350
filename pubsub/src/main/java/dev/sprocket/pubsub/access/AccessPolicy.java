package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.pattern.NamePatterns;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Authorizer with rules for topics and procedures.
 *
 * <pre>{@code
 * AccessControl.of(topics).authorizer(AccessPolicy.CLOSED
 *         .topic("news.*", AccessRule.EMPTY.subscribe(Grantee.ANYONE).publish(Grantee.BACKEND))
 *         .topic("user.{user}", AccessRule.EMPTY.subscribe(Grantee.SELF))
 *         .procedure("admin.*", AccessRule.EMPTY.call(Grantee.role("admin")).hidden(true)));
 * }</pre>
 *
 * <p>A pattern may end with {@code *}, which matches any rest that is not empty. A hole such as {@code {user}} matches
 * one whole component: a run without {@code .}, {@code /}, {@code #} and {@code :}. Of the patterns that match a name,
 * the most specific one decides: at the first difference from the left, a literal comes before a hole, and a hole
 * before the star. An action that its rule does not name is decided by the defaults.
 *
 * <p>A pattern of a subscription or registration is allowed only if every rule that matches one of its names allows it,
 * and the defaults, too, unless one of these rules matches all of its names. Only the pattern's literal beginning is
 * considered.
 *
 * <p>Publishing on a name that equals the beginning of a rule's pattern before the star is denied if no rule matches
 * it, such as {@code news.} with the rule {@code news.*}: subscribers of the prefix {@code news.} receive its events.
 * The same holds for calls. Names that begin with {@code wamp.} or {@code sprocket.} have no rules: the
 * protocol decides about them.
 */
@ThreadSafe
public final class AccessPolicy implements Authorizer {
    /**
     * Policy without rules: authenticated users may subscribe and call, backends publish, nobody registers.
     *
     * <p>These are the defaults of the configuration file.
     */
    public static final AccessPolicy CLOSED = new AccessPolicy(
            new RuleTable(RuleTable.Kind.TOPICS),
            new RuleTable(RuleTable.Kind.PROCEDURES),
            AccessRule.EMPTY
                    .subscribe(Grantee.AUTHENTICATED)
                    .call(Grantee.AUTHENTICATED)
                    .publish(Grantee.BACKEND)
                    .register(Grantee.NOBODY));

    private final RuleTable topics;
    private final RuleTable procedures;
    private final AccessRule defaults;

    private AccessPolicy(RuleTable topics, RuleTable procedures, AccessRule defaults) {
        this.topics = topics;
        this.procedures = procedures;
        this.defaults = defaults;
    }

    /**
     * Returns a copy with a rule for topics.
     *
     * @param pattern name or pattern
     * @param rule grants for subscribing and publishing
     * @throws IllegalArgumentException if the pattern is invalid, matches the same names as that of another rule, or
     *     does not go with the rule
     */
    public AccessPolicy topic(String pattern, AccessRule rule) {
        return new AccessPolicy(topics.with(pattern, rule), procedures, defaults);
    }

    /**
     * Returns a copy with a rule for procedures.
     *
     * @param pattern name or pattern
     * @param rule grants for calls and registrations
     * @throws IllegalArgumentException if the pattern is invalid, matches the same names as that of another rule, or
     *     does not go with the rule
     */
    public AccessPolicy procedure(String pattern, AccessRule rule) {
        return new AccessPolicy(topics, procedures.with(pattern, rule), defaults);
    }

    /**
     * Returns a copy with other defaults, for the actions that the rule names.
     *
     * @throws IllegalArgumentException if the rule has a rate, is hidden, or grants to {@link Grantee#SELF}
     */
    public AccessPolicy defaults(AccessRule rule) {
        if (rule.rate() != null || rule.isHidden()) {
            throw new IllegalArgumentException("default-access: " + (rule.isHidden() ? "hidden" : "rate")
                    + " (expected: in a rule for a pattern)");
        }
        rule.grants().forEach((action, grantees) -> {
            if (grantees.contains(Grantee.SELF)) {
                throw new IllegalArgumentException(
                        "default-access." + action + ": self (expected: in a rule for a pattern with {user})");
            }
        });
        return new AccessPolicy(topics, procedures, defaults.override(rule));
    }

    /** Returns a line for each rule that can never decide, since no name reaches it. */
    public List<String> warnings() {
        return Stream.of(topics, procedures)
                .flatMap(table -> table.warnings().stream())
                .toList();
    }

    /** Decides about a topic or procedure; an allowed publish counts towards the rate. */
    @Override
    public AccessDecision authorize(AccessRequest request) {
        return decide(request);
    }

    @Override
    public AccessDecision authorizePattern(AccessRequest request) {
        return decide(request);
    }

    private AccessDecision decide(AccessRequest request) {
        Verdict verdict = verdict(request);
        if (!verdict.allowed()) {
            return verdict.denial(request, defaults);
        }
        PolicyRule matched = verdict.matched();
        return matched == null || request.action() != Action.PUBLISH
                ? AccessDecision.ALLOW
                : PublishRates.count(request, matched);
    }

    /** Explains the decision about a request. Does not count it towards a rate. */
    public AccessExplanation explain(AccessRequest request) {
        return verdict(request).explain(request, defaults);
    }

    private Verdict verdict(AccessRequest request) {
        String name = request.name();
        NamePatterns<PolicyRule> patterns = (request.action().isTopicAction() ? topics : procedures).patterns();
        if (request.match() != MatchPolicy.EXACT) {
            return patternVerdict(request, patterns, request.match().literalPrefix(name));
        }
        if (Topics.isReserved(name)) {
            return Verdict.reserved(request.action());
        }
        PolicyRule rule = patterns.bestMatch(name);
        if (rule == null && (request.action() == Action.PUBLISH || request.action() == Action.CALL)) {
            PolicyRule longer = patterns.starAfter(name);
            if (longer != null) {
                return Verdict.beginning(longer);
            }
        }
        return ask(rule, request, name, true);
    }

    private Verdict patternVerdict(AccessRequest request, NamePatterns<PolicyRule> patterns, String beginning) {
        if (RuleTable.isReservedBeginning(beginning)) {
            return Verdict.reserved(request.action());
        }
        NamePatterns.Overlap<PolicyRule> overlap = patterns.overlap(beginning);
        Verdict result = null;
        for (PolicyRule rule : overlap.values()) {
            Verdict verdict = ask(rule, request, beginning, false);
            if (!verdict.allowed()) {
                return verdict;
            }
            result = rule == overlap.cover() ? verdict : result;
        }
        return result == null ? ask(null, request, beginning, false) : result;
    }

    private Verdict ask(@Nullable PolicyRule rule, AccessRequest request, String name, boolean isWhole) {
        if (rule != null && rule.grantees(request.action()) != null) {
            return new Verdict(rule, false, rule.grants(request, name, isWhole), null);
        }
        return new Verdict(rule, true, isGrantedByDefault(request), null);
    }

    private boolean isGrantedByDefault(AccessRequest request) {
        List<Grantee> grantees = defaults.grantees(request.action());
        return grantees != null && Grantee.anyIncludes(grantees, request, null);
    }

    /** Returns the rules and defaults as in the configuration file. */
    @Override
    public String toString() {
        return topics + " " + procedures + " default-access " + defaults;
    }
}
