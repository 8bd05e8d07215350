package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Event;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client of WAMP v2 has published, as an event.
 *
 * @param publication its id
 * @param disclosed what its subscribers may know of its publisher
 * @param terms for whom it is
 * @param arguments its payload
 * @param retention how it is retained; null if it is not
 */
@ThreadSafe
record V2Event(
        long publication,
        Map<String, Object> publisherDetails,
        V2Recipients recipients,
        CallArguments arguments,
        @Nullable RetainOption retention)
        implements Event.Payload {
    /** The same event in memory of its own, for those who keep it longer than the message that it came in. */
    V2Event compact() {
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
