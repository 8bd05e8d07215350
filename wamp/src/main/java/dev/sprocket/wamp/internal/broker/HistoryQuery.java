package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Selection of the stored events that a client asks for. */
@ThreadSafe
final class HistoryQuery {
    /** Maximum number of events in a result. */
    private static final int MAX_EVENTS = 1000;

    private final OptionReader options;

    private HistoryQuery(OptionReader options) {
        this.options = options;
    }

    public static HistoryQuery of(OptionReader options) {
        return new HistoryQuery(options);
    }

    public List<EventHistory.StoredEvent> select(List<EventHistory.StoredEvent> all) {
        List<EventHistory.StoredEvent> selected = new ArrayList<>(between(all));
        Instant from = time("from_time");
        Instant after = time("after_time");
        Instant before = time("before_time");
        Instant until = time("until_time");
        String topic = options.text("topic");
        Predicate<EventHistory.StoredEvent> matches =
                stored -> (from == null || !stored.time().isBefore(from))
                        && (after == null || stored.time().isAfter(after))
                        && (before == null || stored.time().isBefore(before))
                        && (until == null || !stored.time().isAfter(until))
                        && (topic == null || stored.published().topic().equals(topic));
        selected.removeIf(matches.negate());
        if (options.isTrue("reverse")) {
            Collections.reverse(selected);
        }
        long limit = options.number("limit");
        int max = limit > 0 && limit < MAX_EVENTS ? (int) limit : MAX_EVENTS;
        return max < selected.size() ? selected.subList(0, max) : selected;
    }

    /** Returns the events between two publications; unknown publications are not a bound. */
    private List<EventHistory.StoredEvent> between(List<EventHistory.StoredEvent> all) {
        int first = Math.max(indexOf(all, "from_publication", 0), indexOf(all, "after_publication", -1) + 1);
        int end = Math.min(
                indexOf(all, "until_publication", all.size() - 1) + 1, indexOf(all, "before_publication", all.size()));
        return first < end ? all.subList(first, end) : List.of();
    }

    private int indexOf(List<EventHistory.StoredEvent> all, String name, int defaultIndex) {
        long publication = options.number(name);
        for (int i = 0; publication != 0 && i < all.size(); i++) {
            if (all.get(i).publication() == publication) {
                return i;
            }
        }
        return defaultIndex;
    }

    private @Nullable Instant time(String name) {
        String text = options.text(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw CallException.invalidArgument(
                    name + ": " + SafeText.excerpt(String.valueOf(text)) + " (expected: a time of RFC 3339)");
        }
    }
}
