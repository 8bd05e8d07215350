package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a dictionary sent by a client by their types.
 *
 * <p>A missing entry, null and undefined count as not given. An entry of another type is a {@link CallException} ({@code
 * wamp.error.invalid_argument}) that names it: it never counts as not given, since an option usually restricts something.
 */
@ThreadSafe
record OptionReader(Map<?, ?> map) {
    static final OptionReader EMPTY = new OptionReader(Map.of());

    private <T> @Nullable T read(String name, OptionType<T> type) {
        return type.read(name, map.get(name));
    }

    /** False if not given. */
    boolean isTrue(String name) {
        return Boolean.TRUE.equals(bool(name));
    }

    @Nullable
    Boolean bool(String name) {
        return read(name, OptionType.BOOL);
    }

    @Nullable
    String text(String name) {
        return read(name, OptionType.TEXT);
    }

    /** One of some words, by its enum constant in lower case. Null if not given; other words are an {@code error}. */
    <E extends Enum<E>> @Nullable E enumValue(String name, Class<E> words, String error) {
        String text = text(name);
        return text == null ? null : OptionType.enumValue(name, text, words, error);
    }

    /** An integer from 0 to 2^53; 0 if not given. */
    long number(String name) {
        Long number = read(name, OptionType.NUMBER);
        return number == null ? 0 : number;
    }

    /** Empty if not given. */
    OptionReader dict(String name) {
        Map<String, ?> dict = read(name, OptionType.DICT);
        return dict == null ? EMPTY : new OptionReader(dict);
    }

    /** Empty if not given. */
    List<String> texts(String name) {
        List<String> texts = read(name, OptionType.TEXTS);
        return texts == null ? List.of() : texts;
    }

    /** Null if not given, which differs from empty. */
    @Nullable
    Set<String> names(String name) {
        List<String> texts = read(name, OptionType.TEXTS);
        return texts == null ? null : new HashSet<>(texts);
    }

    /** The ids of a list as text. Null if not given, which differs from empty. */
    @Nullable
    Set<String> ids(String name) {
        List<Long> ids = read(name, OptionType.IDS);
        if (ids == null) {
            return null;
        }
        Set<String> texts = new HashSet<>();
        ids.forEach(id -> texts.add(id.toString()));
        return texts;
    }

    /** Checks an option that is not used. */
    void check(String name, OptionType<?> type) {
        read(name, type);
    }
}
