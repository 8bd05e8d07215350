package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigObject;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.pattern.NamePattern;
import dev.sprocket.pubsub.internal.pattern.NamePatterns;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Access policy and delivery settings of the topics of a file or realm. */
@ThreadSafe
public final class ConfiguredAccess {
    /** Tables that say nothing. */
    static final ConfiguredAccess CLOSED = new ConfiguredAccess(AccessPolicy.CLOSED, new NamePatterns<>(Map.of()));

    private final AccessPolicy policy;
    private final NamePatterns<TopicSettings> delivery;

    private ConfiguredAccess(AccessPolicy policy, NamePatterns<TopicSettings> delivery) {
        this.policy = policy;
        this.delivery = delivery;
    }

    /**
     * Reads the tables; errors and warnings are added to {@code problems}.
     *
     * @param holder settings with the options {@link AccessKeys#TABLES}
     */
    public static ConfiguredAccess read(Settings holder, ConfigErrors problems) {
        Reader reader = new Reader(problems);
        holder.get(AccessKeys.DEFAULT_ACCESS).ifPresent(reader::defaults);
        reader.rows(RuleTable.TOPICS, holder.get(AccessKeys.TOPICS)).forEach(reader::topic);
        reader.rows(RuleTable.PROCEDURES, holder.get(AccessKeys.PROCEDURES)).forEach(reader::procedure);
        return new ConfiguredAccess(reader.policy, new NamePatterns<>(reader.delivery));
    }

    /** Returns the policy of the tables. */
    public AccessPolicy policy() {
        return policy;
    }

    /** Returns the delivery settings of a topic. */
    public TopicSettings settings(String topic) {
        TopicSettings found = delivery.bestMatch(topic);
        return found == null ? TopicSettings.DEFAULT : found;
    }

    /** Reports whether a topic that matches a pattern may have a history. */
    boolean mayKeep(MatchPolicy match, String pattern) {
        return delivery.overlap(match.literalPrefix(pattern)).values().stream()
                .anyMatch(settings -> settings.history().isPresent());
    }

    /** Reads one pair of tables. */
    private static final class Reader {
        private final ConfigErrors problems;
        private final Map<NamePattern, TopicSettings> delivery = new HashMap<>();
        /** Rules by table and shape of the name. */
        private final Map<String, RuleTable.Row> rows = new HashMap<>();

        private AccessPolicy policy = AccessPolicy.CLOSED;

        Reader(ConfigErrors problems) {
            this.problems = problems;
        }

        List<RuleTable.Row> rows(RuleTable table, Optional<ConfigObject> object) {
            return object.map(rules -> table.rows(rules, problems)).orElse(List.of());
        }

        void defaults(Settings settings) {
            AccessRule rule = AccessRule.EMPTY;
            rule = grant(rule, Action.SUBSCRIBE, settings, AccessKeys.DEFAULT_SUBSCRIBE);
            rule = grant(rule, Action.PUBLISH, settings, AccessKeys.DEFAULT_PUBLISH);
            rule = grant(rule, Action.CALL, settings, AccessKeys.DEFAULT_CALL);
            rule = grant(rule, Action.REGISTER, settings, AccessKeys.DEFAULT_REGISTER);
            try {
                policy = policy.defaults(rule);
            } catch (IllegalArgumentException e) {
                problems.add(settings.origin(), String.valueOf(e.getMessage()));
            }
        }

        private AccessRule grant(AccessRule rule, Action action, Settings settings, Option<List<String>> option) {
            return settings.isSet(option) ? grant(rule, action, settings, option, settings.get(option)) : rule;
        }

        private AccessRule grantIfSet(
                AccessRule rule, Action action, Settings settings, Option<Optional<List<String>>> option) {
            Optional<List<String>> words = settings.get(option);
            return words.isPresent() ? grant(rule, action, settings, option, words.get()) : rule;
        }

        private AccessRule grant(
                AccessRule rule, Action action, Settings settings, Option<?> option, List<String> words) {
            if (!settings.isValid(option)) {
                return rule;
            }
            try {
                return rule.grant(action, Words.grantees(words))
                        .origin(action, ConfigErrors.location(settings.origin(option)));
            } catch (IllegalArgumentException e) {
                problems.add(settings.origin(option), String.valueOf(e.getMessage()));
                return rule;
            }
        }

        void topic(RuleTable.Row row) {
            if (isRepeated(RuleTable.TOPICS, row)) {
                return;
            }
            Settings settings = row.settings();
            AccessRule rule = AccessRule.EMPTY.origin(ConfigErrors.location(row.origin()));
            rule = grantIfSet(rule, Action.SUBSCRIBE, settings, AccessKeys.SUBSCRIBE);
            rule = grantIfSet(rule, Action.PUBLISH, settings, AccessKeys.PUBLISH);
            Optional<Rate> rate = settings.get(AccessKeys.RATE).map(Rate::of);
            if (rate.isPresent()) {
                rule = rule.rate(rate.get().events(), rate.get().time());
            }
            TopicSettings own = TopicSettings.DEFAULT.window(settings.get(AccessKeys.BATCH_WINDOW));
            try {
                policy = policy.topic(row.name(), rule);
                warn(AccessPolicy.CLOSED.topic(row.name(), rule), row);
                delivery.put(
                        NamePattern.parse(row.name()),
                        withHistory(
                                settings.get(AccessKeys.OVERFLOW)
                                        .map(own::slowReaders)
                                        .orElse(own),
                                settings));
            } catch (IllegalArgumentException e) {
                add(RuleTable.TOPICS, row, e);
            }
        }

        private static TopicSettings withHistory(TopicSettings own, Settings rule) {
            return rule.get(AccessKeys.HISTORY)
                    .map(history -> own.history(new TopicSettings.History(
                            history.get(AccessKeys.HISTORY_SIZE),
                            history.get(AccessKeys.HISTORY_TTL),
                            history.get(AccessKeys.HISTORY_MAX_BYTES))))
                    .orElse(own);
        }

        /** Reports a rule for the same names as an earlier one. */
        private boolean isRepeated(RuleTable table, RuleTable.Row row) {
            String shape;
            try {
                shape = table + NamePattern.parse(row.name()).shape();
            } catch (IllegalArgumentException reportedLater) {
                return false;
            }
            RuleTable.Row earlier = rows.putIfAbsent(shape, row);
            if (earlier != null) {
                problems.add(
                        row.origin(),
                        table + "." + HoconText.name(row.name()) + ": matches the same names as "
                                + HoconText.name(earlier.name()) + " (" + ConfigErrors.location(earlier.origin())
                                + ") (expected: one rule)");
            }
            return earlier != null;
        }

        private void add(RuleTable table, RuleTable.Row row, IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            problems.add(row.origin(), (message.startsWith(table + ".") ? "" : table + ": ") + message);
        }

        /** Warns of a rule that no name reaches. */
        private void warn(AccessPolicy only, RuleTable.Row row) {
            only.warnings().forEach(warning -> problems.warn(row.origin(), warning));
        }

        void procedure(RuleTable.Row row) {
            if (isRepeated(RuleTable.PROCEDURES, row)) {
                return;
            }
            Settings settings = row.settings();
            AccessRule rule = AccessRule.EMPTY
                    .origin(ConfigErrors.location(row.origin()))
                    .hidden(settings.get(AccessKeys.HIDDEN));
            rule = grantIfSet(rule, Action.CALL, settings, AccessKeys.CALL);
            rule = grantIfSet(rule, Action.REGISTER, settings, AccessKeys.REGISTER);
            try {
                policy = policy.procedure(row.name(), rule);
                warn(AccessPolicy.CLOSED.procedure(row.name(), rule), row);
            } catch (IllegalArgumentException e) {
                add(RuleTable.PROCEDURES, row, e);
            }
        }
    }
}
