package dev.sprocket.wamp.internal.session;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events that tell a session which events it may have missed while it was connected. */
public final class GapNotices {
    /** Topic of the notices; a session that is subscribed to it receives only its own. */
    public static final String TOPIC = "sprocket.gap";

    private GapNotices() {}

    /** Returns the gap to tell a recipient on {@link #TOPIC}; null for none. */
    public static @Nullable Gap find(Notice notice, Audience.Member recipient) {
        return notice instanceof Notice.Missed missed
                        && recipient instanceof Subscriber subscriber
                        && subscriber.topics().stream()
                                .anyMatch(topic -> topic.id().equals(TOPIC) && topic.match() == MatchPolicy.EXACT)
                ? missed.gap()
                : null;
    }

    /** Returns the content of a notice: topic, positions as text or null, and the reason. */
    public static Map<String, @Nullable String> describe(Gap gap) {
        Map<String, @Nullable String> described = new LinkedHashMap<>();
        described.put("topic", gap.topic());
        described.putAll(describePlace(gap));
        return described;
    }

    /** Returns a gap of a known topic: positions as text or null, and the reason. */
    public static Map<String, @Nullable String> describePlace(Gap gap) {
        Map<String, @Nullable String> described = new LinkedHashMap<>();
        described.put("from", text(gap.from()));
        described.put("to", text(gap.to()));
        described.put("reason", gap.reason().toString());
        return described;
    }

    private static @Nullable String text(@Nullable Position position) {
        return position == null ? null : position.toString();
    }
}
