package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.internal.message.CallArguments;
import io.netty.buffer.ByteBufUtil;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Payload of an event published by a WAMP v2 client.
 *
 * @param publication id of the publication
 * @param publisherDetails disclosed identity of the publisher
 * @param recipients recipients of the event
 * @param arguments arguments of the event
 * @param retention retention of the event; null if it is not retained
 */
@ThreadSafe
public record V2Event(
        long publication,
        Map<String, Object> publisherDetails,
        V2Recipients recipients,
        CallArguments arguments,
        @Nullable RetainOption retention)
        implements Event.Payload {
    private static final String SESSION = "session";
    /** Details of EVENT by the names of disclosed properties. */
    private static final Map<String, String> DETAILS =
            Map.of(SESSION, "publisher", "authid", "publisher_authid", "authrole", "publisher_authrole");

    /** Returns the arguments of any event. */
    public static CallArguments arguments(Event event) {
        return event.payload(V2Event.class)
                .map(V2Event::arguments)
                .orElseGet(() -> event.cachedForm(
                        CallArguments.class, e -> CallArguments.ofV1Json(ByteBufUtil.getBytes(e.content()))));
    }

    @Override
    public boolean isRetained() {
        return recipients.retain();
    }

    @Override
    public Map<String, String> publisher() {
        if (publisherDetails.isEmpty()) {
            return Map.of();
        }
        Map<String, String> disclosed = new HashMap<>();
        DETAILS.forEach((name, detail) -> {
            Object value = publisherDetails.get(detail);
            if (value != null) {
                disclosed.put(name, value.toString());
            }
        });
        return disclosed;
    }

    /** Returns the details of a publisher that another server discloses. */
    static Map<String, Object> publisherDetails(Map<String, String> disclosed) {
        if (disclosed.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> details = new HashMap<>();
        DETAILS.forEach((name, detail) -> {
            String value = disclosed.get(name);
            if (value != null) {
                details.put(detail, name.equals(SESSION) ? sessionId(value) : value);
            }
        });
        return details;
    }

    private static long sessionId(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("payload of a publisher whose session is not a number", e);
        }
    }

    /** Returns a copy independent of the message buffer, for storage beyond the current message. */
    @Override
    public V2Event compact() {
        return new V2Event(publication, publisherDetails, recipients, arguments.compact(), retention);
    }

    @Override
    public int size() {
        return arguments.size() + recipients.size();
    }

    @Override
    public byte[] json() {
        return arguments.toV1Json();
    }
}
