package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.SafeText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which events of a history a client asks for. */
@ThreadSafe
final class HistoryQuery {
    private final OptionReader options;

    private HistoryQuery(OptionReader options) {
        this.options = options;
    }

    static HistoryQuery of(OptionReader options) {
        return new HistoryQuery(options);
    }

    List<EventHistory.StoredEvent> select(List<EventHistory.StoredEvent> all) {
        List<EventHistory.StoredEvent> selected = new ArrayList<>(between(all));
        Instant from = time("from_time");
        Instant after = time("after_time");
        Instant before = time("before_time");
        Instant until = time("until_time");
        String topic = options.text("topic");
        Predicate<EventHistory.StoredEvent> fits =
                kept -> (from == null || !kept.time().isBefore(from))
                        && (after == null || kept.time().isAfter(after))
                        && (before == null || kept.time().isBefore(before))
                        && (until == null || !kept.time().isAfter(until))
                        && (topic == null || kept.published().topic().id().equals(topic));
        selected.removeIf(fits.negate());
        if (options.isTrue("reverse")) {
            Collections.reverse(selected);
        }
        long limit = options.number("limit");
        int most = limit > 0 && limit < MetaPage.MAX_LIMIT ? (int) limit : MetaPage.MAX_LIMIT;
        return most < selected.size() ? selected.subList(0, most) : selected;
    }

    /** Those between two publications; what is not known any more bounds nothing. */
    private List<EventHistory.StoredEvent> between(List<EventHistory.StoredEvent> all) {
        int first = Math.max(indexOf(all, "from_publication", 0), indexOf(all, "after_publication", -1) + 1);
        int end = Math.min(
                indexOf(all, "until_publication", all.size() - 1) + 1, indexOf(all, "before_publication", all.size()));
        return first < end ? all.subList(first, end) : List.of();
    }

    private int indexOf(List<EventHistory.StoredEvent> all, String name, int otherwise) {
        long publication = options.number(name);
        for (int i = 0; publication != 0 && i < all.size(); i++) {
            if (all.get(i).publication() == publication) {
                return i;
            }
        }
        return otherwise;
    }

    private @Nullable Instant time(String name) {
        String text = options.text(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw CallException.invalid(
                    name + ": " + SafeText.excerpt(String.valueOf(text)) + " (expected: a time of RFC 3339)");
        }
    }
}
