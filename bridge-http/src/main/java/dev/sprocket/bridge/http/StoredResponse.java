package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.internal.push.PushResult;
import org.jspecify.annotations.Nullable;

/**
 * Response to a push request with a key.
 *
 * @param unfinished result of a push of which some events failed, and are published by a repeated request; null if
 *     there are none
 */
@Immutable
@SuppressWarnings("Immutable") // not changed by anybody
record StoredResponse(HttpResponse response, PushResult.@Nullable Published unfinished) {
    /** Memory of the result of one event in addition to its topic, in bytes. */
    private static final int EVENT_OVERHEAD = 96;

    StoredResponse(HttpResponse response) {
        this(response, null);
    }

    /** Returns the memory of the response and of the result, in bytes. */
    long size() {
        long size = response.body().size();
        PushResult.Published kept = unfinished;
        if (kept != null) {
            for (PushResult.PushedEvent event : kept.events()) {
                size += EVENT_OVERHEAD + 2L * event.topic().length();
            }
        }
        return size;
    }
}
