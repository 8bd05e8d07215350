package dev.sprocket.wamp.internal.history;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.Position;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.broker.SubscribeOptions;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.OptionType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Selection of kept events that a client asks for, with the keywords of {@code get_events}.
 *
 * <p>Publications are ids, 0 if not given.
 */
@Immutable
final class HistoryQuery {
    /** Maximum number of events in an answer. */
    static final int MAX_EVENTS = 1000;

    /** Position of the last event that the client has; null if not given. */
    final @Nullable Position afterPosition;

    final long fromPublication;
    final long afterPublication;
    final long beforePublication;
    final long untilPublication;
    /** Name of the only topic; null for all. */
    final @Nullable String topic;
    /** Maximum number of events, 0 to {@link #MAX_EVENTS}. */
    final int limit;
    /** True for the newest events first. */
    final boolean reverse;

    private final @Nullable Instant from;
    private final @Nullable Instant after;
    private final @Nullable Instant before;
    private final @Nullable Instant until;

    /** Reads the keywords of a call. Throws {@link CallException} if one is invalid. */
    HistoryQuery(OptionReader keywords) {
        afterPosition = SubscribeOptions.position("after_position", keywords);
        fromPublication = keywords.number("from_publication");
        afterPublication = keywords.number("after_publication");
        beforePublication = keywords.number("before_publication");
        untilPublication = keywords.number("until_publication");
        from = time("from_time", keywords);
        after = time("after_time", keywords);
        before = time("before_time", keywords);
        until = time("until_time", keywords);
        topic = keywords.text("topic");
        reverse = keywords.isTrue("reverse");
        Long given = OptionType.NUMBER.read("limit", keywords.map().get("limit"));
        limit = given == null ? MAX_EVENTS : (int) Math.min(given, MAX_EVENTS);
    }

    private static @Nullable Instant time(String name, OptionReader keywords) {
        String text = keywords.text(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw CallException.invalidArgument(
                    name + ": " + SafeText.excerpt(String.valueOf(text)) + " (expected: a time of RFC 3339)");
        }
    }

    /** Reports whether only the position is asked for. */
    boolean asksPositionOnly() {
        return limit == 0;
    }

    /** Reports whether the events after a known one are asked for. */
    boolean hasStart() {
        return afterPosition != null || afterPublication != 0 || fromPublication != 0;
    }

    /** Reports whether the newest events are asked for, without other conditions than the reader's rights. */
    boolean asksNewestOnly() {
        return reverse
                && !hasStart()
                && beforePublication == 0
                && untilPublication == 0
                && from == null
                && after == null
                && before == null
                && until == null;
    }

    /** Reports whether the times of an event are those asked for. */
    boolean includes(Instant time) {
        return (from == null || !time.isBefore(from))
                && (after == null || time.isAfter(after))
                && (before == null || time.isBefore(before))
                && (until == null || !time.isAfter(until));
    }
}
