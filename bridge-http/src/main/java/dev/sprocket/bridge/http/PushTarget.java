package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.PublishRequest;
import java.util.List;

/** Where pushes go. */
@ThreadSafe
interface PushTarget {
    /**
     * Publishes, and answers.
     *
     * @param batch whether they came in an array
     */
    HttpResponse deliver(HttpConnection from, List<PublishRequest> pushes, boolean batch);
}
