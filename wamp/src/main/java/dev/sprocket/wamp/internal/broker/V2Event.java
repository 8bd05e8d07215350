package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.internal.message.CallArguments;
import io.netty.buffer.ByteBufUtil;
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
    /** Returns the arguments of any event. */
    public static CallArguments arguments(Event event) {
        return event.payload(V2Event.class)
                .map(V2Event::arguments)
                .orElseGet(() -> event.cachedForm(
                        CallArguments.class, e -> CallArguments.ofV1Json(ByteBufUtil.getBytes(e.content()))));
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
