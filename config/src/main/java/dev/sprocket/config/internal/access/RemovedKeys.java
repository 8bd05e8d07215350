package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keys of older versions for access, with the lines to write instead. */
@ThreadSafe
public final class RemovedKeys {
    private static final String TOPICS = "topics";
    private static final String ROLE = "role";

    /** Keys of the component {@code pubsub}. */
    public static final List<Option<?>> PUBSUB = Stream.of("subscribe", "publish", "call", "register", ROLE, "rules")
            .<Option<?>>map(name -> Option.removed(name, pubsub -> pubsub(name, pubsub)))
            .toList();

    /** Key of the component {@code events}. */
    public static final Option<?> EVENTS_TOPICS = Option.removed(
            TOPICS, events -> table(TOPICS, names(events).stream().map(name -> rule(name, "subscribe = anyone"))));

    /** Key of the layer {@code wamp}. */
    public static final Option<?> WAMP_HISTORY = Option.removed("history", RemovedKeys::history);

    private RemovedKeys() {}

    /** Reports {@code topics} as a list, and returns the rest of a file. */
    public static ConfigObject withoutTopicsList(ConfigObject file, ConfigErrors problems) {
        if (!(file.get(TOPICS) instanceof ConfigList list)) {
            return file;
        }
        Stream<String> rules = list.stream()
                .filter(ConfigObject.class::isInstance)
                .map(ConfigObject.class::cast)
                .flatMap(row -> names(row).stream()
                        .map(name -> rule(
                                name,
                                row.withoutKey(TOPICS).isEmpty()
                                        ? ""
                                        : HoconText.of(row.withoutKey(TOPICS)).replaceAll("^\\{ | }$", ""))));
        problems.add(list.origin(), "topics: no longer a list (write " + table(TOPICS, rules) + ")");
        return file.withoutKey(TOPICS);
    }

    private static String history(ConfigObject wamp) {
        List<String> rules = new ArrayList<>();
        if (wamp.get("history") instanceof ConfigList list) {
            for (ConfigValue one : list) {
                if (one instanceof ConfigObject rule) {
                    names(rule).forEach(name -> rules.add(rule(name, limits(rule))));
                }
            }
        }
        return table(
                TOPICS,
                rules.isEmpty() ? Stream.of("\"news.*\" { history { size = 100, ttl = 1h } }") : rules.stream());
    }

    private static String limits(ConfigObject rule) {
        String size = text(rule.get("max-events"));
        ConfigValue bytes = rule.get("max-bytes");
        return "history { size = " + (size == null ? "100" : size) + ", ttl = 1h"
                + (bytes == null ? "" : ", max-bytes = " + HoconText.of(bytes)) + " }";
    }

    private static String pubsub(String key, ConfigObject pubsub) {
        if (!key.equals("rules")) {
            return rules(List.of("*"), key, pubsub);
        }
        if (!(pubsub.get(key) instanceof ConfigList list)) {
            return "topics { … }";
        }
        List<String> topics = new ArrayList<>();
        List<String> procedures = new ArrayList<>();
        for (ConfigValue one : list) {
            if (one instanceof ConfigObject rule) {
                String topicGrants = grants(rule, "subscribe", "publish");
                String procedureGrants = grants(rule, "call", "register");
                for (String name : names(rule)) {
                    add(topics, name, topicGrants);
                    add(procedures, name, procedureGrants);
                }
            }
        }
        return tables(topics, procedures);
    }

    private static void add(List<String> rules, String name, String grants) {
        if (!grants.isEmpty()) {
            rules.add(rule(name, grants));
        }
    }

    private static String rules(List<String> names, String key, ConfigObject pubsub) {
        List<String> topics = new ArrayList<>();
        List<String> procedures = new ArrayList<>();
        for (String name : names) {
            if (Set.of("subscribe", "publish", ROLE).contains(key)) {
                add(topics, name, grants(pubsub, "subscribe", "publish"));
            }
            if (Set.of("call", "register", ROLE).contains(key)) {
                add(procedures, name, grants(pubsub, "call", "register"));
            }
        }
        return tables(topics, procedures);
    }

    private static String tables(List<String> topics, List<String> procedures) {
        if (procedures.isEmpty()) {
            return table(TOPICS, topics.stream());
        }
        String second = table("procedures", procedures.stream());
        return topics.isEmpty() ? second : table(TOPICS, topics.stream()) + " and " + second;
    }

    /**
     * Returns what an old rule grants by two keys, in today's words.
     *
     * @param byDefault key that was {@code anyone} by default; the other one was {@code nobody}
     */
    private static String grants(ConfigObject rule, String byDefault, String other) {
        String role = text(rule.get(ROLE));
        List<String> all = new ArrayList<>();
        if (rule.containsKey(byDefault) || role != null) {
            all.add(byDefault + " = " + HoconText.words(List.of(word(text(rule.get(byDefault)), role))));
        }
        String value = text(rule.get(other));
        if (value != null) {
            String granted = word(value, role);
            // pushes of backends were always allowed
            boolean alsoBackends = other.equals("publish") && !granted.equals("anyone");
            all.add(other + " = "
                    + HoconText.words(
                            !alsoBackends
                                    ? List.of(granted)
                                    : granted.equals("nobody") ? List.of("backend") : List.of(granted, "backend")));
        }
        return String.join(", ", all);
    }

    private static String word(@Nullable String access, @Nullable String role) {
        if (role != null && !"nobody".equals(access)) {
            return "role " + role;
        }
        return access == null ? "anyone" : access;
    }

    private static @Nullable String text(@Nullable ConfigValue value) {
        return value == null ? null : String.valueOf(value.unwrapped());
    }

    private static List<String> names(ConfigObject rule) {
        ConfigValue value = rule.get(TOPICS);
        if (value instanceof ConfigList list) {
            return list.stream().map(name -> String.valueOf(name.unwrapped())).toList();
        }
        return List.of(value == null ? "*" : String.valueOf(value.unwrapped()));
    }

    private static String rule(String name, String keys) {
        return HoconText.name(name) + (keys.isEmpty() ? " {}" : " { " + keys + " }");
    }

    private static String table(String key, Stream<String> rules) {
        return key + " { " + String.join(", ", rules.toList()) + " }";
    }
}
