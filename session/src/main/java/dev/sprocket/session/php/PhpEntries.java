package dev.sprocket.session.php;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries of a PHP array or object; a list while keys are consecutive. */
final class PhpEntries {
    private final Map<String, @Nullable Object> byName = new LinkedHashMap<>();
    private boolean isList = true;
    private int valueCount = 1;
    private int depth = 1;

    void add(String name, PhpNode value) {
        isList &= byName.containsKey(name) || name.equals(Integer.toString(byName.size()));
        byName.put(name, value.value());
        valueCount += value.valueCount();
        depth = Math.max(depth, 1 + value.depth());
    }

    boolean isList() {
        return isList;
    }

    List<@Nullable Object> list() {
        return Collections.unmodifiableList(new ArrayList<>(byName.values()));
    }

    Map<String, @Nullable Object> byName() {
        return Collections.unmodifiableMap(byName);
    }

    /** Returns the number of values, including all nested ones. */
    int valueCount() {
        return valueCount;
    }

    /** Returns the nesting depth. */
    int depth() {
        return depth;
    }
}
