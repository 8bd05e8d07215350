package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list that a meta procedure answers, in the order of ids.
 *
 * <p>The caller asks for it by the keyword arguments {@code limit} (1-1000, default 1000) and {@code after} (an id). At most
 * {@code limit} entries are looked at, whether or not they are shown. If more follow, the result has the keyword argument
 * {@code after}, with which the next page is asked for.
 */
@ThreadSafe
record MetaPage(int limit, long after, IntConsumer scanned) {
    static final int MAX_LIMIT = 1000;

    /** The ids that are shown, and the last id that was looked at if more follow. */
    record Ids(List<Long> ids, @Nullable Long next) {}

    /** @param looked is told how many entries a page has looked at */
    static MetaPage of(OptionReader named, IntConsumer looked) {
        long limit = named.number("limit");
        if (limit > MAX_LIMIT) {
            throw CallException.invalid("limit: " + limit + " (expected: 1-" + MAX_LIMIT + ")");
        }
        return new MetaPage(limit == 0 ? MAX_LIMIT : (int) limit, named.number("after"), looked);
    }

    <T> Ids of(NavigableMap<Long, T> all, Predicate<? super T> shown) {
        List<Long> ids = new ArrayList<>();
        int seen = 0;
        long last = after;
        for (Map.Entry<Long, T> entry : all.tailMap(after, false).entrySet()) {
            if (seen++ == limit) {
                scanned.accept(limit);
                return new Ids(ids, last);
            }
            last = entry.getKey();
            if (shown.test(entry.getValue())) {
                ids.add(last);
            }
        }
        scanned.accept(seen);
        return new Ids(ids, null);
    }
}
