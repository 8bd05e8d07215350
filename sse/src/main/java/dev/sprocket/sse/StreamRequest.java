package dev.sprocket.sse;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Request of a client for the events of topics.
 *
 * @param topics names of the topics, in the order of the positions in ids
 * @param isList true if the topics are query parameters, so that events name their topic
 * @param after position of the last event of each topic; null for new events only
 * @param onGap what to deliver if events after a position may be missing
 * @param policyVersion version of the policy before the topics were asked for
 */
@Immutable
record StreamRequest(
        @SuppressWarnings("Immutable") List<String> topics, // copied and unmodifiable
        boolean isList,
        @SuppressWarnings("Immutable") List<@Nullable Position> after,
        Gap.Action onGap,
        long policyVersion) {
    /** Maximum number of topics of one stream. */
    static final int MAX_TOPICS = 32;
    /** Position of a topic without a log in the id of a list. */
    static final String NONE = "-";

    /** Position that no log has; its client is told a gap. */
    private static final Position UNKNOWN = new Position(0, Long.MAX_VALUE, 0);

    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static StreamRequest of(HttpRequest request, long policyVersion) {
        Optional<String> path = request.pathParameter("topic");
        List<String> topics = path.isPresent() ? List.of(path.get()) : request.queryParameters("topic");
        check(topics);
        return new StreamRequest(topics, path.isEmpty(), after(request, topics.size()), onGap(request), policyVersion);
    }

    private static void check(List<String> topics) {
        if (topics.isEmpty() || topics.size() > MAX_TOPICS) {
            throw new IllegalArgumentException(
                    topics.size() + " topics (expected: /TOPIC, or 1-" + MAX_TOPICS + " parameters topic)");
        }
        if (new HashSet<>(topics).size() < topics.size()) {
            throw new IllegalArgumentException("the same topic twice (expected: different topics)");
        }
        topics.forEach(Topics::checkId);
    }

    /** Returns the positions of {@code Last-Event-ID}, which a reconnecting page sends, or of the URL. */
    private static List<@Nullable Position> after(HttpRequest request, int topics) {
        Optional<String> header = request.header("Last-Event-ID");
        if (header.isPresent()) {
            return header.get().isEmpty() ? none(topics) : positions(header.get(), topics);
        }
        Optional<String> parameter = request.queryParameter("last-event-id");
        if (parameter.isEmpty() || parameter.get().isEmpty()) {
            return none(topics);
        }
        List<@Nullable Position> positions = positions(parameter.get(), topics);
        if (positions.contains(UNKNOWN)) {
            throw new IllegalArgumentException("last-event-id: " + SafeText.excerpt(parameter.get())
                    + " (expected: the id of an event, or earliest)");
        }
        return positions;
    }

    private static List<@Nullable Position> none(int topics) {
        return Collections.nCopies(topics, null);
    }

    private static List<@Nullable Position> positions(String id, int topics) {
        if (id.equals(Position.EARLIEST.toString())) {
            return Collections.nCopies(topics, Position.EARLIEST);
        }
        String[] texts = id.split(",", -1);
        if (texts.length != topics) {
            return Collections.nCopies(topics, UNKNOWN);
        }
        List<@Nullable Position> positions = new ArrayList<>();
        Stream.of(texts).map(StreamRequest::position).forEach(positions::add);
        return positions;
    }

    private static Position position(String text) {
        try {
            return Position.parse(text);
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
    }

    private static Gap.Action onGap(HttpRequest request) {
        String name = request.queryParameter("on-gap").orElse("none");
        return Stream.of(Gap.Action.values())
                .filter(action -> action.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "on-gap: " + SafeText.excerpt(name) + " (expected: none, newest or all)"));
    }
}
