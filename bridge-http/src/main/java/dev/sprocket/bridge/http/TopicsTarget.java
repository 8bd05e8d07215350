package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.PublishRequest;
import java.util.List;

/** Publishes to topics, and responds with the number of subscribers. */
@ThreadSafe
record TopicsTarget(Topics topics) implements PushTarget {
    private static final PeerLog LOG = PeerLog.of(HttpPush.class);

    @Override
    public HttpResponse deliver(HttpConnection from, List<PublishRequest> pushes, boolean batch) {
        JsonArray responses = new JsonArray(pushes.size());
        for (PublishRequest push : pushes) {
            int subscribers = topics.topic(push.topic()).broadcast(push.event());
            LOG.debug("push published: peer={} topic={} subscribers={}", from, push.topic(), subscribers);
            JsonObject response = new JsonObject();
            response.addProperty("topic", push.topic());
            response.addProperty("subscribers", subscribers);
            responses.add(response);
        }
        return HttpResponse.json((batch ? responses : responses.get(0)) + "\n");
    }
}
