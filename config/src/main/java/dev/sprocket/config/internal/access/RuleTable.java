package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Table of rules by name: {@code topics} or {@code procedures}. */
@ThreadSafe
enum RuleTable {
    TOPICS("topics", AccessKeys.TOPIC_KEYS, "procedures", AccessKeys.PROCEDURE_KEYS),
    PROCEDURES("procedures", AccessKeys.PROCEDURE_KEYS, "topics", AccessKeys.TOPIC_KEYS);

    /** Rule as it is written. */
    record Row(String name, Settings settings, ConfigOrigin origin) {}

    private final String key;

    @SuppressWarnings("Immutable") // options are immutable
    private final List<Option<?>> keys;

    private final String otherTable;

    @SuppressWarnings("Immutable") // options are immutable
    private final List<Option<?>> otherKeys;

    RuleTable(String key, List<Option<?>> keys, String otherTable, List<Option<?>> otherKeys) {
        this.key = key;
        this.keys = keys;
        this.otherTable = otherTable;
        this.otherKeys = otherKeys;
    }

    /** Reads the rules in the order of the file; errors are added to {@code problems}. */
    List<Row> rows(ConfigObject table, ConfigErrors problems) {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, ConfigValue> entry : inOrder(table)) {
            String where = key + "." + HoconText.name(entry.getKey());
            if (entry.getValue() instanceof ConfigObject rule) {
                read(entry.getKey(), where, rule, rows, problems);
            } else {
                problems.add(
                        entry.getValue().origin(),
                        where + ": " + HoconText.of(entry.getValue()) + " (expected: object, such as "
                                + (this == TOPICS ? "{ subscribe = anyone })" : "{ call = anyone })"));
            }
        }
        return rows;
    }

    private static List<Map.Entry<String, ConfigValue>> inOrder(ConfigObject table) {
        return table.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, ConfigValue> entry) ->
                                entry.getValue().origin().lineNumber())
                        .thenComparing(Map.Entry::getKey))
                .toList();
    }

    private void read(String name, String where, ConfigObject rule, List<Row> rows, ConfigErrors problems) {
        ConfigObject own = rule;
        for (Map.Entry<String, ConfigValue> entry : inOrder(rule)) {
            String word = entry.getKey();
            ConfigValue value = entry.getValue();
            if (isKey(keys, word)) {
                continue;
            }
            if (isKey(otherKeys, word)) {
                problems.add(
                        value.origin(),
                        where + "." + word + ": belongs to " + otherTable + " (write " + otherTable + " { "
                                + HoconText.name(name) + " { " + word + " = " + HoconText.of(value) + " } })");
                own = own.withoutKey(word);
            } else if (value instanceof ConfigObject part) {
                names(name + "." + word, part, problems);
                own = own.withoutKey(word);
            }
        }
        if (!own.isEmpty() || rule.isEmpty()) {
            rows.add(new Row(name, Settings.read(where, own, keys, problems), rule.origin()));
        }
    }

    /** Reports the names that HOCON took for paths. */
    private void names(String name, ConfigObject part, ConfigErrors problems) {
        boolean ends = part.isEmpty();
        for (Map.Entry<String, ConfigValue> entry : inOrder(part)) {
            if (entry.getValue() instanceof ConfigObject deeper && !isKey(keys, entry.getKey())) {
                names(name + "." + entry.getKey(), deeper, problems);
            } else {
                ends = true;
            }
        }
        if (ends) {
            problems.add(
                    part.origin(),
                    key + "." + name + ": a name with dots is a path in this format (quote this name: "
                            + HoconText.name(name) + ")");
        }
    }

    /** Returns the key of the table. */
    @Override
    public String toString() {
        return key;
    }

    private static boolean isKey(List<Option<?>> some, String word) {
        return some.stream().anyMatch(option -> option.name().equals(word));
    }
}
