package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a client's dictionary by type.
 *
 * <p>A missing entry, null and undefined count as absent. An entry of another type is a {@link CallException}
 * ({@code wamp.error.invalid_argument}) that names it: it never counts as absent, since an option usually restricts
 * something.
 */
@ThreadSafe
public record OptionReader(Map<?, ?> map) {
    public static final OptionReader EMPTY = new OptionReader(Map.of());

    private <T> @Nullable T read(String name, OptionType<T> type) {
        return type.read(name, map.get(name));
    }

    /** Returns true if the option is true; false if absent. */
    public boolean isTrue(String name) {
        return Boolean.TRUE.equals(bool(name));
    }

    @Nullable
    public Boolean bool(String name) {
        return read(name, OptionType.BOOL);
    }

    @Nullable
    public String text(String name) {
        return read(name, OptionType.TEXT);
    }

    /**
     * Returns the enum constant of a lower-case name; null if absent.
     *
     * <p>Other names are a {@link CallException} with the URI {@code error}.
     */
    public <E extends Enum<E>> @Nullable E enumValue(String name, Class<E> type, String error) {
        String text = text(name);
        return text == null ? null : OptionType.enumValue(name, text, type, error);
    }

    /** Returns an integer from 0 to 2^53; 0 if absent. */
    public long number(String name) {
        Long number = read(name, OptionType.NUMBER);
        return number == null ? 0 : number;
    }

    /** Returns a dictionary; empty if absent. */
    public OptionReader dict(String name) {
        Map<String, ?> dict = read(name, OptionType.DICT);
        return dict == null ? EMPTY : new OptionReader(dict);
    }

    /** Returns a list of strings; empty if absent. */
    public List<String> texts(String name) {
        List<String> texts = read(name, OptionType.TEXTS);
        return texts == null ? List.of() : texts;
    }

    /** Returns a set of strings; null if absent, which differs from empty. */
    @Nullable
    public Set<String> names(String name) {
        List<String> texts = read(name, OptionType.TEXTS);
        return texts == null ? null : new HashSet<>(texts);
    }

    /** Returns a list of ids as strings; null if absent, which differs from empty. */
    @Nullable
    public Set<String> ids(String name) {
        List<Long> ids = read(name, OptionType.IDS);
        if (ids == null) {
            return null;
        }
        Set<String> texts = new HashSet<>();
        ids.forEach(id -> texts.add(id.toString()));
        return texts;
    }

    /** Checks the type of an unused option. */
    public void check(String name, OptionType<?> type) {
        read(name, type);
    }
}
