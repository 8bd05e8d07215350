package dev.sprocket.bridge.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.core.spi.JsonCursor;
import dev.sprocket.core.spi.JsonException;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.Router;
import dev.sprocket.pubsub.Push;
import dev.sprocket.pubsub.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is posted as {@code application/json}: any JSON value to the topic in the path, or without one a {@link
 * Push} or an array of them. The answer is 200 with the topic and its number of subscribers (an array for an array), or
 * 400 with line and column, or 415. A body over the server's limit is 413.
 *
 * <p>Threads: any.
 */
public final class HttpPush implements HttpFunction {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPush.class);

    private final Topics topics;
    private final Optional<String> topicField;

    /**
     * Publishes to these topics.
     *
     * @param topicField the member that names the topic of an object that is no envelope
     */
    public HttpPush(Topics topics, Optional<String> topicField) {
        this.topics = topics;
        this.topicField = topicField;
    }

    /** Adds {@code POST} of this path and of <code>path/{topic}</code> to a router. */
    public Router on(Router router, String path) {
        return router.post(path, this).post(path + "/{topic}", this);
    }

    @Override
    public HttpResponse answer(HttpRequest request) {
        String type = request.header("Content-Type").orElse("none");
        if (!isJson(type)) {
            return error(415, "content type " + type + " (expected: application/json)");
        }
        try {
            Optional<String> topic = request.pathParameter("topic");
            if (topic.isPresent()) {
                return answer(
                        publish(new Push(topic.get(), Push.event(request.body().content()))));
            }
            List<Push> pushes = Push.read(request.body().content(), topicField);
            boolean batch = new JsonCursor(request.body().content()).peek() == '[';
            if (!batch) {
                return answer(publish(pushes.get(0)));
            }
            JsonArray answers = new JsonArray();
            pushes.forEach(push -> answers.add(publish(push)));
            return answer(answers);
        } catch (JsonException | IllegalArgumentException e) {
            return error(400, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isJson(String type) {
        String bare = type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        return bare.equals("application/json") || bare.endsWith("+json");
    }

    private JsonObject publish(Push push) {
        int subscribers = topics.topic(push.topic()).broadcast(push.event());
        LOG.debug("pushed {} to {} subscribers", push.topic(), subscribers);
        JsonObject answer = new JsonObject();
        answer.addProperty("topic", push.topic());
        answer.addProperty("subscribers", subscribers);
        return answer;
    }

    private static HttpResponse answer(JsonElement json) {
        return HttpResponse.json(json + "\n");
    }

    private static HttpResponse error(int status, String reason) {
        JsonObject body = new JsonObject();
        body.addProperty("error", reason);
        return HttpResponse.json(body + "\n").status(status).because(reason);
    }
}
