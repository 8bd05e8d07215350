package dev.sprocket.config.internal.reload;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Names the keys that differ between two configurations, without their values. */
@ThreadSafe
public final class ChangedKeys {
    /** Maximum number of names; the number of further ones follows. */
    private static final int MAX = 10;

    private ChangedKeys() {}

    /** Returns paths such as {@code listeners.web.routes[0].layers}, in alphabetical order. */
    public static List<String> between(ConfigObject before, ConfigObject after) {
        List<String> all = new ArrayList<>();
        compare("", before, after, all);
        if (all.size() <= MAX) {
            return all;
        }
        List<String> first = new ArrayList<>(all.subList(0, MAX));
        first.add((all.size() - MAX) + " more");
        return first;
    }

    private static void compare(
            String path, @Nullable ConfigValue before, @Nullable ConfigValue after, List<String> changed) {
        if (before instanceof ConfigObject one && after instanceof ConfigObject other) {
            Set<String> keys = new TreeSet<>(one.keySet());
            keys.addAll(other.keySet());
            keys.forEach(
                    key -> compare(path.isEmpty() ? key : path + "." + key, one.get(key), other.get(key), changed));
        } else if (before instanceof ConfigList one
                && after instanceof ConfigList other
                && one.size() == other.size()) {
            for (int i = 0; i < one.size(); i++) {
                compare(path + "[" + i + "]", one.get(i), other.get(i), changed);
            }
        } else if (before == null || !before.equals(after)) {
            changed.add(path);
        }
    }
}
