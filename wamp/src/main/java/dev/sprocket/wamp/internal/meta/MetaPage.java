package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Page request of a meta procedure that returns a list, ordered by id.
 *
 * <p>The caller sends the keyword arguments {@code limit} (1-1000, default 1000) and {@code after} (an id). At most
 * {@code limit} entries are scanned, visible or not. If more follow, the result has the keyword argument {@code
 * after} for the next page.
 *
 * @param limit maximum number of entries to scan
 * @param after id after which the page starts
 * @param scanned receives the number of scanned entries
 */
@ThreadSafe
record MetaPage(int limit, long after, IntConsumer scanned) {
    public static final int MAX_LIMIT = 1000;

    /** Visible ids, and the last scanned id if more follow. */
    public record Ids(List<Long> ids, @Nullable Long next) {}

    /**
     * Reads a page request.
     *
     * @param scanned receives the number of scanned entries
     */
    public static MetaPage of(OptionReader options, IntConsumer scanned) {
        long limit = options.number("limit");
        if (limit > MAX_LIMIT) {
            throw CallException.invalidArgument("limit: " + limit + " (expected: 1-" + MAX_LIMIT + ")");
        }
        return new MetaPage(limit == 0 ? MAX_LIMIT : (int) limit, options.number("after"), scanned);
    }

    public <T> Ids of(NavigableMap<Long, T> all, Predicate<? super T> visible) {
        List<Long> ids = new ArrayList<>();
        int count = 0;
        long last = after;
        for (Map.Entry<Long, T> entry : all.tailMap(after, false).entrySet()) {
            if (count++ == limit) {
                scanned.accept(limit);
                return new Ids(ids, last);
            }
            last = entry.getKey();
            if (visible.test(entry.getValue())) {
                ids.add(last);
            }
        }
        scanned.accept(count);
        return new Ids(ids, null);
    }
}
