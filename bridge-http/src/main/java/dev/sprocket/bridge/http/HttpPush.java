package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.Router;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Publisher;
import dev.sprocket.pubsub.Topics;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Publishes what is posted as {@code application/json}: any JSON value to the topic in the path, or without one a {@link
 * PublishRequest} or an array of them, of which all are published or, if there is a mistake, none.
 *
 * <pre>{@code
 * HttpPush push = HttpPush.builder(topics).backend(Backend.token("cms", "…")).build();
 * router = push.on(router, "/push", "/topics");     // next to other routes, or on a port of its own:
 * HttpBridge.builder(push).bind("0.0.0.0", 5557).build().start();
 *
 * HttpPush.builder((from, message) -> onBlogEntry(message.text()))   // any component takes envelopes
 * }</pre>
 *
 * <p>The answer is 200 with the topic and its number of subscribers (an array for an array); 202 with their number, if
 * pushes go to a component; 400 with line and column; 401, 403 and 429 as the {@linkplain Backend backend} has it; 415 for
 * another content type; 503 while more waits to be delivered than may. A body over the server's limit is 413. A request
 * with an {@code Idempotency-Key} is done once, however often it is sent, and a repeat is answered the same.
 */
@ThreadSafe
public final class HttpPush {
    private static final String OPEN_API = "/openapi.json";

    private final HttpPushBuilder options;
    private final PushTarget delivery;
    private final PushAuthenticator access;
    private final IdempotencyCache answered;

    /**
     * Publishes to these topics what anybody posts.
     *
     * @param topicField the member that names the topic of an object that is no envelope
     */
    public HttpPush(Topics topics, Optional<String> topicField) {
        this(topicField.map(builder(topics)::topicField).orElseGet(() -> builder(topics)));
    }

    HttpPush(HttpPushBuilder options) {
        this.options = options;
        this.delivery = options.delivery;
        PushState memory = options.memory == null ? PushState.of(options) : options.memory;
        this.access = new PushAuthenticator(
                options.backends, options.window, options.clock, options.ticker, memory.replays());
        this.answered = memory.answered();
    }

    /** Pushes that are published to topics. */
    public static HttpPushBuilder builder(Topics topics) {
        return new HttpPushBuilder(new TopicsTarget(topics), topics::pendingBytes, topics);
    }

    /** Pushes that are handed to a component, each as an envelope in a text message; a request is a connection. */
    public static HttpPushBuilder builder(MessageComponent<? super Connection, ? super Message> target) {
        return new HttpPushBuilder(new ComponentTarget(target), Publisher.pendingBytes(target), null);
    }

    /** Adds {@code POST} of this path and of <code>path/{topic}</code> to a router, and {@code GET path/openapi.json}. */
    public Router on(Router router, String path) {
        return on(router, path, Optional.empty());
    }

    /**
     * As above, and {@code GET} of another path and <code>topics/{topic}</code>: what topics there are, with subscribers and
     * counters. {@code DELETE} of <code>topics/{topic}/retained</code> removes the retained events of WAMP v2. Throws {@link IllegalStateException} if pushes go to a component.
     */
    public Router on(Router router, String path, String topics) {
        if (options.topics == null) {
            throw new IllegalStateException("no topics to tell of at " + topics + " (pushes go to a component)");
        }
        TopicsEndpoint list = new TopicsEndpoint(options.topics);
        router.route("GET", topics, guarded((request, member) -> list.all(request, member.topics())));
        router.route(
                "GET",
                topics + "/{topic}",
                guarded((request, member) ->
                        list.one(request.pathParameter("topic").orElse(""), member.topics())));
        router.route(
                "DELETE",
                topics + "/{topic}/retained",
                guarded((request, member) ->
                        list.clearRetained(request.pathParameter("topic").orElse(""), member.topics())));
        return on(router, path, Optional.of(topics));
    }

    private Router on(Router router, String path, Optional<String> topics) {
        String description = OpenApi.describe(path, topics, !access.isOpen(), options.topics != null);
        return router.route("POST", path, pushing(request -> Optional.empty()))
                .route("POST", path + "/{topic}", pushing(request -> request.pathParameter("topic")))
                // a literal path hides the one with a parameter, and this is a topic like any other
                .route("POST", path + OPEN_API, pushing(request -> Optional.of(OPEN_API.substring(1))))
                .get(path + OPEN_API, request -> HttpResponse.json(description));
    }

    /** Whether whoever pushes has to know a secret. */
    boolean isSecured() {
        return !access.isOpen();
    }

    private HeadFilter guarded(BiFunction<HttpRequest, PushAuthenticator.Member, HttpResponse> work) {
        return new HeadFilter(access::checkHead, new PushHandler(conn -> {
            HttpRequest request = HttpRequest.of(conn);
            try {
                conn.respond(work.apply(request, access.check(request)));
            } catch (PushRejectedException e) {
                conn.respond(e.answer());
            }
        }));
    }

    private HeadFilter pushing(Function<HttpRequest, Optional<String>> topic) {
        return new HeadFilter(
                request -> checkHead(new PushRequest(request, topic.apply(request))),
                new PushHandler(conn -> push(conn, topic.apply(HttpRequest.of(conn)))));
    }

    /** All that can be refused before the body is there; a repeat is answered as the first time, which is known later. */
    private void checkHead(PushRequest request) {
        Optional<PushAuthenticator.Member> member = access.checkHead(request.request());
        request.requireJson();
        if (request.idempotencyKey().isEmpty() && member.isPresent()) {
            try {
                request.topic().ifPresent(topic -> checkTopic(topic, member.get()));
            } catch (PushRejectedException e) {
                throw e.of(member.get().name());
            }
        }
    }

    private static void checkTopic(String topic, PushAuthenticator.Member member) {
        if (!member.topics().allows(topic)) {
            throw new PushRejectedException(403, "topic not allowed (expected: " + member.topics() + ")");
        }
        if (Topics.isReserved(topic)) {
            throw new PushRejectedException(403, "topic is reserved (expected: not wamp.…)");
        }
    }

    private void push(HttpConnection conn, Optional<String> topic) {
        PushRequest request = new PushRequest(HttpRequest.of(conn), topic);
        try {
            PushAuthenticator.Member member = access.check(request.request());
            request.requireJson();
            Optional<String> key = request.idempotencyKey();
            if (key.isEmpty()) {
                conn.respond(publish(conn, request, member));
                return;
            }
            answered.once(
                            member.name() + "\n" + key.get(),
                            request.print(),
                            options.ticker.getAsLong(),
                            () -> publish(conn, request, member))
                    .thenAccept(conn::respond);
        } catch (PushRejectedException e) {
            conn.respond(e.answer());
        }
    }

    private HttpResponse publish(HttpConnection conn, PushRequest request, PushAuthenticator.Member member) {
        try {
            return publishAll(conn, request, member);
        } catch (PushRejectedException e) {
            throw e.of(member.name());
        }
    }

    private HttpResponse publishAll(HttpConnection conn, PushRequest request, PushAuthenticator.Member member) {
        if (options.waiting.getAsLong() > options.mostWaiting) {
            throw new PushRejectedException(503, "subscribers cannot take more at the moment").retryAfter(1);
        }
        List<PublishRequest> pushes = request.pushes(options.topicField);
        for (PublishRequest push : pushes) {
            checkTopic(push.topic(), member);
        }
        member.rate().pay(pushes.size());
        return delivery.deliver(conn, pushes, request.isBatch());
    }
}
