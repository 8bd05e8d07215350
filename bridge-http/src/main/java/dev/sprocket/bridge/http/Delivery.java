package dev.sprocket.bridge.http;

import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.Push;
import java.util.List;

/** Where pushes go. Threads: any. */
interface Delivery {
    /**
     * Publishes, and answers.
     *
     * @param batch whether they came in an array
     */
    HttpResponse deliver(HttpConnection from, List<Push> pushes, boolean batch);
}
