package dev.sprocket.wamp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dictionary that a client has sent; what is of another type than asked for is not there. Threads: any. */
record Options(Map<?, ?> map) {
    static final Options NONE = new Options(Map.of());

    boolean is(String name) {
        return Boolean.TRUE.equals(map.get(name));
    }

    @Nullable
    Boolean bool(String name) {
        return map.get(name) instanceof Boolean bool ? bool : null;
    }

    @Nullable
    String text(String name) {
        return map.get(name) instanceof String text ? text : null;
    }

    /** 0 if there is none. */
    long number(String name) {
        Long number = integer(map.get(name));
        return number == null ? 0 : number;
    }

    /** Some clients write an integer of more than 32 bits, as the id of a session is, as a number with a fraction of zero. */
    static @Nullable Long integer(@Nullable Object value) {
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) <= Ids.LARGEST) {
            return number.longValue();
        }
        return value instanceof Long number ? number : null;
    }

    Map<String, ?> dict(String name) {
        return new Options(map).dictionary(map.get(name));
    }

    @SuppressWarnings("unchecked") // all that a codec reads has texts for names
    private Map<String, ?> dictionary(@Nullable Object value) {
        return value instanceof Map<?, ?> dict ? (Map<String, ?>) dict : Map.of();
    }

    boolean has(String name) {
        return map.get(name) instanceof List<?>;
    }

    /** The texts and numbers of a list, as texts. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (map.get(name) instanceof List<?> items) {
            for (Object item : items) {
                Object text = item instanceof String ? item : integer(item);
                if (text != null) {
                    texts.add(text.toString());
                }
            }
        }
        return texts;
    }
}
