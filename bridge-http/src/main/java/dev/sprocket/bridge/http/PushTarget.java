package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.push.PublishRequest;
import java.util.List;

/** Destination of pushes. */
@ThreadSafe
interface PushTarget {
    /**
     * Publishes events and returns the response.
     *
     * @param batch true if the request body was an array
     */
    HttpResponse deliver(HttpConnection from, List<PublishRequest> pushes, boolean batch);
}
