package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.OptionType;
import org.jspecify.annotations.Nullable;

/**
 * Options of a SUBSCRIBE.
 *
 * @param match match policy of the topic or pattern
 * @param retained true to send the retained events
 * @param after position of the last event that the client has; null for new events only
 * @param onGap what to send if events after the position may be missing
 */
@Immutable
public record SubscribeOptions(MatchPolicy match, boolean retained, @Nullable Position after, Gap.Action onGap) {
    private static final String NOT_ALLOWED = "wamp.error.option_not_allowed";
    private static final String INVALID = "wamp.error.invalid_argument";

    /** Reads the options. Throws {@link CallException} if one is invalid, or excludes another. */
    public static SubscribeOptions of(OptionReader options) {
        options.check("forward_for", OptionType.LIST);
        MatchPolicy match = options.enumValue("match", MatchPolicy.class, NOT_ALLOWED);
        Gap.Action onGap = options.enumValue("_on_gap", Gap.Action.class, INVALID);
        Position after = position("_after", options);
        if (after != null && match != null && match != MatchPolicy.EXACT) {
            throw new CallException(
                    NOT_ALLOWED, "_after with match " + OptionType.wireName(match) + " (expected: match exact)");
        }
        return new SubscribeOptions(
                match == null ? MatchPolicy.EXACT : match,
                options.isTrue("get_retained"),
                after,
                onGap == null ? Gap.Action.NONE : onGap);
    }

    /**
     * Reports whether the client has a retained event, or receives it from the log.
     *
     * @param beginning beginning of the subscription in the log; null for new events only
     */
    public boolean isRecovered(PublishedEvent retained, @Nullable Subscribed beginning) {
        if (beginning == null) {
            return false;
        }
        Position position = retained.position();
        Position start = beginning.start();
        if (position == null || start == null || position.epoch() != start.epoch()) {
            return false;
        }
        boolean had = beginning.gap() == null && !Position.EARLIEST.equals(after);
        return had || position.offset() > start.offset();
    }

    /** Reads a position; null if absent. Throws {@link CallException} if it is malformed. */
    public static @Nullable Position position(String name, OptionReader options) {
        String text = options.text(name);
        try {
            return text == null ? null : Position.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw CallException.invalidArgument(name + ": " + SafeText.excerpt(String.valueOf(malformed.getMessage())));
        }
    }
}
