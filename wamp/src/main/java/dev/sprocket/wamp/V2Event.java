package dev.sprocket.wamp;

import dev.sprocket.pubsub.Event;
import java.util.Map;

/**
 * What a client of WAMP v2 has published, as an event. Threads: any; it does not change.
 *
 * @param publication its id
 * @param disclosed what its subscribers may know of its publisher
 * @param terms for whom it is, and whether it is kept
 */
record V2Event(long publication, Map<String, Object> disclosed, V2Terms terms, Arguments arguments)
        implements Event.Payload {
    @Override
    public int size() {
        return arguments.size();
    }

    @Override
    public byte[] json() {
        return arguments.one();
    }
}
