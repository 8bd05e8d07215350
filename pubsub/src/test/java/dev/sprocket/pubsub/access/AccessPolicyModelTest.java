package dev.sprocket.pubsub.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares {@link AccessPolicy} with {@link NaivePolicy} for random rules and all short names. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AccessPolicyModelTest {
    private static final int POLICIES = 40;
    /** Longer than the shortest name of each two-component pattern. */
    private static final int LONGEST_NAME = 6;

    private static final List<String> NAMES = names();
    private static final List<String> SHORT_NAMES =
            NAMES.stream().filter(name -> name.length() < 5).toList();
    private static final List<Grantee> GRANTEES = List.of(Grantee.ANYONE, Grantee.AUTHENTICATED, Grantee.NOBODY);
    private static final List<String> PEERS = List.of("anonymous", "a", "b", "ab");

    private static List<String> names() {
        List<String> all = new ArrayList<>(List.of(""));
        for (int from = 0, length = 0; length < LONGEST_NAME; length++) {
            int to = all.size();
            for (; from < to; from++) {
                for (char c : new char[] {'a', 'b', '.'}) {
                    all.add(all.get(from) + c);
                }
            }
        }
        return all.subList(1, all.size());
    }

    /** Policy and its model, with the same rules. */
    private static final class Pair {
        private final NaivePolicy model;
        private AccessPolicy policy;

        Pair(Random random, int components) {
            Grantee subscribe = pick(random, GRANTEES);
            Grantee publish = pick(random, GRANTEES);
            model = new NaivePolicy(subscribe, publish);
            policy = AccessPolicy.CLOSED.defaults(
                    AccessRule.EMPTY.subscribe(subscribe).publish(publish));
            for (int rules = random.nextInt(8); rules > 0; rules--) {
                add(random, pattern(random, components));
            }
        }

        private void add(Random random, String pattern) {
            Grantee subscribe = grantee(random, pattern);
            Grantee publish = grantee(random, pattern);
            AccessRule rule = AccessRule.EMPTY;
            rule = subscribe == null ? rule : rule.subscribe(subscribe);
            rule = publish == null ? rule : rule.publish(publish);
            try {
                policy = policy.topic(pattern, rule);
            } catch (IllegalArgumentException equalRule) {
                return;
            }
            model.add(new NaivePolicy.Rule(pattern, subscribe, publish));
        }
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static @Nullable Grantee grantee(Random random, String pattern) {
        int kind = random.nextInt(5);
        return kind == 0 ? null : kind == 1 && pattern.contains("{user}") ? Grantee.SELF : pick(random, GRANTEES);
    }

    private static String pattern(Random random, int maxComponents) {
        while (true) {
            StringBuilder pattern = new StringBuilder();
            List<String> holes = new ArrayList<>(List.of("{user}", "{x}", "{y}"));
            for (int components = 1 + random.nextInt(maxComponents); components > 0; components--) {
                pattern.append(
                        random.nextInt(3) == 0 ? holes.remove(0) : pick(random, List.of("", "a", "b", "ab", "ba")));
                pattern.append(components > 1 ? "." : "");
            }
            if (random.nextInt(3) == 0 && !pattern.toString().endsWith("}")) {
                pattern.append('*');
            }
            if (pattern.length() > 0) {
                return pattern.toString();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void decides_each_name_as_the_model_does(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < POLICIES; i++) {
            Pair pair = new Pair(random, 3);
            for (String name : NAMES) {
                String expected = pair.model
                        .bestMatch(name)
                        .map(NaivePolicy.Rule::pattern)
                        .orElse("none");
                for (String who : PEERS) {
                    for (Action action : List.of(Action.SUBSCRIBE, Action.PUBLISH)) {
                        AccessRequest request = TestPeer.request(who, action, name);
                        AccessExplanation explanation = pair.policy.explain(request);
                        assertThat(explanation.isAllowed())
                                .as("%s under %s: %s", request, pair.policy, explanation)
                                .isEqualTo(pair.model.isAllowed(request));
                        if (explanation.rule().startsWith("topics.")
                                && !explanation.rule().endsWith("only)")) {
                            assertThat(explanation.rule()).startsWith("topics.\"" + expected + "\".");
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void allowed_pattern_matches_only_allowed_names(long seed) {
        Random random = new Random(seed);
        int allowed = 0;
        for (int i = 0; i < POLICIES; i++) {
            Pair pair = new Pair(random, 2);
            for (int patterns = 0; patterns < 20; patterns++) {
                MatchPolicy match = random.nextBoolean() ? MatchPolicy.PREFIX : MatchPolicy.WILDCARD;
                String pattern = pick(random, SHORT_NAMES);
                String who = pick(random, PEERS);
                AccessRequest request =
                        TestPeer.request(who, Action.SUBSCRIBE, pattern).match(match);
                AccessExplanation explanation = pair.policy.explain(request);
                assertThat(explanation.isAllowed())
                        .as("%s %s under %s: %s", match, request, pair.policy, explanation)
                        .isEqualTo(isAllowed(pair.model, match.literalPrefix(pattern), who));
                if (explanation.isAllowed()) {
                    allowed++;
                    assertEachNameIsAllowed(pair, match, pattern, who);
                }
            }
        }
        assertThat(allowed).isGreaterThan(POLICIES);
    }

    private static void assertEachNameIsAllowed(Pair pair, MatchPolicy match, String pattern, String who) {
        for (String name : NAMES) {
            AccessRequest one = TestPeer.request(who, Action.SUBSCRIBE, name);
            if (match.matches(pattern, name) && !pair.policy.explain(one).isAllowed()) {
                // an event on this name would reach the peer, so no peer may publish one
                assertThat(pair.model.bestMatch(name)).as(name).isEmpty();
                for (String publisher : PEERS) {
                    AccessRequest publish = TestPeer.request(publisher, Action.PUBLISH, name);
                    assertThat(pair.policy.explain(publish).isAllowed())
                            .as("%s heard by %s of %s under %s", publish, pattern, who, pair.policy)
                            .isFalse();
                }
            }
        }
    }

    /** Applies the definition to all short names with the same beginning. */
    private static boolean isAllowed(NaivePolicy model, String beginning, String who) {
        List<String> longer = NAMES.stream()
                .map(rest -> beginning + rest)
                .filter(name -> !name.startsWith("wamp."))
                .toList();
        boolean covered = false;
        for (NaivePolicy.Rule rule : model.rules()) {
            List<String> matching = longer.stream().filter(rule::matches).toList();
            boolean overlaps = !matching.isEmpty() || rule.matches(beginning);
            covered |= matching.size() == longer.size();
            if (overlaps && !allowsAll(model, rule, matching, beginning, who)) {
                return false;
            }
        }
        return covered || model.isAllowedByDefault(TestPeer.request(who, Action.SUBSCRIBE, beginning));
    }

    private static boolean allowsAll(
            NaivePolicy model, NaivePolicy.Rule rule, List<String> matching, String beginning, String who) {
        List<String> all = new ArrayList<>(matching);
        if (rule.matches(beginning)) {
            all.add(beginning);
        }
        return all.stream().allMatch(name -> model.allows(rule, TestPeer.request(who, Action.SUBSCRIBE, name)));
    }
}
