package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.internal.push.IdempotencyCache;
import dev.sprocket.pubsub.internal.push.KeyRejectedException;
import dev.sprocket.pubsub.internal.push.Push;
import dev.sprocket.pubsub.internal.push.PushHandler;
import dev.sprocket.pubsub.internal.push.PushOutcomes;
import dev.sprocket.pubsub.internal.push.PushQueue;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushSender;
import dev.sprocket.pubsub.internal.push.PushTarget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP endpoint that publishes events posted as {@code application/json}.
 *
 * <p>With a topic in the path, the body is the event, any JSON value. Otherwise it is a {@link PublishRequest} or an
 * array of them; after an error in an array, none of its events is published.
 *
 * <pre>{@code
 * HttpPush push = HttpPush.builder(topics).backend(Backend.token("cms", "…")).build();
 * router = push.on(router, "/push", "/topics");     // next to other routes, or on a separate port:
 * HttpBridge.builder(push).bind("0.0.0.0", 5557).build().start();
 *
 * HttpPush.builder((from, message) -> onBlogEntry(message.text())).build(); // any component can receive envelopes
 * }</pre>
 * <p>The response is 200 with the topic and its number of subscribers (an array for an array), or 202 with the number
 * of pushes if a component receives them. Errors are 400 with line and column, 401, 403 and 429 by the rules of the
 * {@link Backend}, 413 for a body over the limit of the server, 415 for another content type, and 503 while too many
 * bytes are pending, or if a log does not store an event; then the answer to an array has a result for each event. A
 * request with an {@code Idempotency-Key} is processed once; repeated requests get the same response. If some of its
 * events failed, a repeated request publishes only these. A well-formed header {@code traceparent} (W3C Trace Context)
 * is passed on to subscribers of WAMP v2.
 */
@ThreadSafe
public final class HttpPush {
    /** Default time for which the response to an {@code Idempotency-Key} is stored: 10 minutes. */
    public static final Duration DEFAULT_IDEMPOTENCY_TTL = IdempotencyCache.DEFAULT_TTL;

    /** Default memory for stored responses in bytes: 16 MiB. */
    public static final int DEFAULT_IDEMPOTENCY_MAX_SIZE = IdempotencyCache.DEFAULT_MAX_SIZE;

    /** Default maximum difference between signature time and clock: one minute. */
    public static final Duration DEFAULT_SIGNATURE_TOLERANCE = Duration.ofMinutes(1);

    /** Headers with which a proxy describes its client. */
    private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    private static final String OPEN_API = "/openapi.json";

    private final Builder options;
    private final PushAuthenticator authenticator;
    private final PushState state;

    private HttpPush(Builder options) {
        this.options = options;
        this.state = options.state == null ? PushState.of(options) : options.state;
        this.authenticator = new PushAuthenticator(
                options.backends,
                options.target,
                options.topics == null ? null : AccessControl.of(options.topics),
                options.topicField,
                options.signatureTolerance,
                options.clock,
                options.ticker,
                state.replayGuard());
    }

    /** Returns a builder of an endpoint that publishes to topics. */
    public static Builder builder(Topics topics) {
        return new Builder(PushTarget.of(topics), PendingLimit.of(topics::pendingBytes), topics);
    }

    /**
     * Returns a builder of an endpoint whose pushes a component receives.
     *
     * <p>Each push is an envelope in a text message, and each request a connection.
     */
    public static Builder builder(MessageComponent<? super Connection, ? super Message> target) {
        return new Builder(new ComponentTarget(target), PendingLimit.of(target), null);
    }

    /** Adds {@code POST path}, <code>POST path/{topic}</code> and {@code GET path/openapi.json} to a router. */
    public Router on(Router router, String path) {
        return on(router, path, Optional.empty());
    }

    /**
     * Adds the push routes and the list of topics to a router.
     *
     * <p>{@code GET topics} and <code>GET topics/{topic}</code> return topics with subscribers and counters; <code>
     * GET topics/{topic}/events</code> returns the events that a topic keeps after a position ({@code after}, {@code
     * limit}), DELETE removes them; <code>DELETE topics/{topic}/retained</code> removes the retained events of WAMP v2.
     *
     * @throws IllegalStateException if a component receives the pushes
     */
    public Router on(Router router, String path, String topics) {
        if (options.topics == null) {
            throw new IllegalStateException("no topics to list at " + topics + " (a component receives the pushes)");
        }
        TopicsEndpoint list = new TopicsEndpoint(options.topics);
        Router listing = router.route("GET", topics, authenticated((conn, backend) -> list.all(conn, backend.topics())))
                .route(
                        "GET",
                        topics + "/{topic}",
                        authenticated((conn, backend) -> list.one(conn, topic(conn), backend.topics())))
                .route(
                        "GET",
                        topics + "/{topic}/events",
                        authenticated((conn, backend) -> list.events(conn, topic(conn), backend.topics())))
                .route(
                        "DELETE",
                        topics + "/{topic}/events",
                        authenticated((conn, backend) -> list.clearEvents(conn, topic(conn), backend.topics())))
                .route(
                        "DELETE",
                        topics + "/{topic}/retained",
                        authenticated((conn, backend) -> list.clearRetained(conn, topic(conn), backend.topics())));
        return on(listing, path, Optional.of(topics));
    }

    private Router on(Router router, String path, Optional<String> topics) {
        String description =
                OpenApi.describe(path, topics, !authenticator.isAnonymousAllowed(), options.topics != null);
        return router.route("POST", path, pushing(request -> Optional.empty()))
                .route("POST", path + "/{topic}", pushing(request -> request.pathParameter("topic")))
                // the literal route of the GET request would hide this topic name
                .route("POST", path + OPEN_API, pushing(request -> Optional.of(OPEN_API.substring(1))))
                .get(path + OPEN_API, request -> HttpResponse.json(description));
    }

    /** Reports whether pushes require credentials. */
    public boolean isAuthenticated() {
        return !authenticator.isAnonymousAllowed();
    }

    private static String topic(HttpConnection conn) {
        return HttpRequest.of(conn).pathParameter("topic").orElse("");
    }

    /** Work that responds to an authenticated request, now or later. */
    @FunctionalInterface
    private interface Work {
        void run(HttpConnection conn, PushAuthenticator.AuthenticatedBackend backend);
    }

    private HeadFilter authenticated(Work work) {
        return new HeadFilter(authenticator::checkHead, new RequestHandler(conn -> {
            try {
                work.run(conn, authenticate(conn));
            } catch (PushRejectedException e) {
                conn.respond(e.response());
            }
        }));
    }

    /** Authenticates the sender of a request. Without backends, a sender on this machine is one. */
    private PushAuthenticator.AuthenticatedBackend authenticate(HttpConnection conn) {
        PushAuthenticator.AuthenticatedBackend backend = authenticator.check(HttpRequest.of(conn));
        if (isAuthenticated()) {
            PushSender.admit(conn, backend.name());
        } else if (!isForwarded(HttpRequest.of(conn))) {
            PushSender.admitLocal(conn);
        }
        return backend;
    }

    /** Reports whether a proxy passed a request on, whose client may be anywhere. */
    private static boolean isForwarded(HttpRequest request) {
        return FORWARDED.stream().anyMatch(name -> request.header(name).isPresent());
    }

    private HeadFilter pushing(Function<HttpRequest, Optional<String>> topic) {
        return new HeadFilter(
                request -> checkHead(new PushRequest(request, topic.apply(request))),
                new RequestHandler(conn -> push(conn, topic.apply(HttpRequest.of(conn)))));
    }

    /** Rejects requests before the body arrives; idempotent requests are decided later. */
    private void checkHead(PushRequest request) {
        Optional<PushAuthenticator.AuthenticatedBackend> backend = authenticator.checkHead(request.request());
        request.requireJson();
        if (request.idempotencyKey().isEmpty() && backend.isPresent()) {
            Optional<PushResult.Rejected> rejection =
                    request.topic().flatMap(backend.get().handler()::check);
            if (rejection.isPresent()) {
                throw PushResponses.rejected(rejection.get())
                        .withBackend(backend.get().name());
            }
        }
    }

    private void push(HttpConnection conn, Optional<String> topic) {
        PushRequest request = new PushRequest(HttpRequest.of(conn), topic);
        try {
            PushAuthenticator.AuthenticatedBackend backend = authenticate(conn);
            request.requireJson();
            Optional<String> key = request.idempotencyKey();
            CompletableFuture<StoredResponse> response = key.isEmpty()
                    ? publish(conn, request, backend, null)
                    : publishOnce(conn, request, backend, key.get());
            response.whenComplete((answer, failure) ->
                    conn.respond(failure instanceof PushRejectedException e ? e.response() : answer.response()));
        } catch (PushRejectedException e) {
            conn.respond(e.response());
        }
    }

    private CompletableFuture<StoredResponse> publishOnce(
            HttpConnection conn, PushRequest request, PushAuthenticator.AuthenticatedBackend backend, String key) {
        try {
            return state.idempotency()
                    .once(
                            backend.name() + "\n" + key,
                            request.fingerprint(),
                            options.ticker.getAsLong(),
                            earlier -> earlier == null
                                    ? publish(conn, request, backend, null)
                                    : resume(conn, request, backend, earlier));
        } catch (KeyRejectedException e) {
            throw e.isReused()
                    ? new PushRejectedException(422, "Idempotency-Key was used for another request")
                    : new PushRejectedException(503, "no room for another Idempotency-Key")
                            .retryAfter(e.retryAfterSeconds());
        }
    }

    /** Publishes the events that failed at an earlier attempt; its successes are never forgotten. */
    private CompletableFuture<StoredResponse> resume(
            HttpConnection conn,
            PushRequest request,
            PushAuthenticator.AuthenticatedBackend backend,
            StoredResponse earlier) {
        CompletableFuture<StoredResponse> resumed;
        try {
            resumed = publish(conn, request, backend, earlier.unfinished());
        } catch (PushRejectedException e) {
            resumed = CompletableFuture.failedFuture(e);
        }
        return resumed.handle((made, failure) -> {
            if (failure == null) {
                return made;
            }
            if (failure instanceof PushRejectedException e) {
                return new StoredResponse(e.response(), earlier.unfinished());
            }
            throw new CompletionException(failure);
        });
    }

    /** Publishes the events of a request. The response waits for the decisions about their topics. */
    private CompletableFuture<StoredResponse> publish(
            HttpConnection conn,
            PushRequest request,
            PushAuthenticator.AuthenticatedBackend backend,
            PushResult.@Nullable Published earlier) {
        try {
            if (options.pendingLimit.isExceeded()) {
                PubsubMetrics.httpPush(PubsubMetrics.PushOutcome.BUSY);
                throw new PushRejectedException(503, "too many bytes pending for subscribers").retryAfter(1);
            }
            Message body = request.request().body();
            PushHandler handler = request.trace(
                    earlier == null ? backend.handler() : backend.handler().resume(earlier));
            Push push = request.topic().isPresent()
                    ? handler.read(conn, request.topic().get(), body)
                    : handler.read(conn, body);
            boolean batch = !push.isRejected() && request.isBatch();
            CompletableFuture<StoredResponse> response = new CompletableFuture<>();
            PushQueue.submit(conn, push, (same, result) -> {
                PubsubMetrics.httpPush(PushOutcomes.of(result));
                try {
                    response.complete(new StoredResponse(PushResponses.of(result, batch), unfinished(result)));
                } catch (PushRejectedException e) {
                    response.completeExceptionally(e.withBackend(backend.name()));
                }
            });
            return response;
        } catch (PushRejectedException e) {
            throw e.withBackend(backend.name());
        }
    }

    private static PushResult.@Nullable Published unfinished(PushResult result) {
        return result instanceof PushResult.Published published && published.failed() > 0 ? published : null;
    }

    /**
     * Builder of {@link HttpPush}.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {

        final PushTarget target;
        final @Nullable Topics topics;
        List<Backend> backends = List.of();
        Optional<String> topicField = Optional.empty();
        Duration idempotencyTtl = DEFAULT_IDEMPOTENCY_TTL;
        long idempotencyMaxSize = DEFAULT_IDEMPOTENCY_MAX_SIZE;
        Duration signatureTolerance = DEFAULT_SIGNATURE_TOLERANCE;
        PendingLimit pendingLimit;
        /** Clock for the times of signatures. */
        InstantSource clock = InstantSource.system();
        /** Monotonic clock in milliseconds, for durations. */
        LongSupplier ticker = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());

        @Nullable
        PushState state;

        Builder(PushTarget target, PendingLimit pendingLimit, @Nullable Topics topics) {
            this.target = target;
            this.pendingLimit = pendingLimit;
            this.topics = topics;
        }

        /**
         * Adds a backend that may push. Without backends, every request is accepted.
         *
         * @throws IllegalArgumentException if two have the same name
         */
        @CanIgnoreReturnValue
        public Builder backend(Backend backend) {
            if (backends.stream().anyMatch(other -> other.name().equals(backend.name()))) {
                throw new IllegalArgumentException("two backends have the name " + backend.name());
            }
            List<Backend> more = new ArrayList<>(backends);
            more.add(backend);
            backends = List.copyOf(more);
            return this;
        }

        /** Sets the member with the topic, for objects that are not envelopes. */
        @CanIgnoreReturnValue
        public Builder topicField(String name) {
            topicField = Optional.of(name);
            return this;
        }

        /**
         * Sets the time and memory for responses to requests with an {@code Idempotency-Key}.
         *
         * <p>Default: 10 minutes and 16 MiB. When the memory is full, requests with a new key get 503.
         */
        @CanIgnoreReturnValue
        public Builder idempotency(Duration ttl, long maxSize) {
            idempotencyTtl = positive("ttl", ttl);
            idempotencyMaxSize = positive("maxSize", maxSize);
            return this;
        }

        /** Sets the maximum difference between signature time and clock; default: one minute. */
        @CanIgnoreReturnValue
        public Builder signatureTolerance(Duration max) {
            signatureTolerance = positive("signatureTolerance", max);
            return this;
        }

        /**
         * Sets the number of pending bytes above which pushes get 503; default: 32 MiB.
         *
         * <p>Bytes are counted as by {@link Topics#pendingBytes()}. For a {@code Publisher}, also inside decorators,
         * its topics are used; for other targets, set {@link #pendingBytes}.
         */
        @CanIgnoreReturnValue
        public Builder pendingLimit(long bytes) {
            pendingLimit = pendingLimit.bytes(bytes);
            return this;
        }

        /** Sets the source of the number of pending bytes, such as {@code topics::pendingBytes}. */
        @CanIgnoreReturnValue
        public Builder pendingBytes(LongSupplier bytes) {
            pendingLimit = pendingLimit.source(bytes);
            return this;
        }

        /**
         * Shares the used signatures and stored responses of an earlier endpoint.
         *
         * <p>After a change of the configuration, repeated requests are then still recognized. The signature tolerance
         * and the limits of stored responses should be those of the earlier endpoint, which stay in effect.
         */
        @CanIgnoreReturnValue
        public Builder stateOf(HttpPush earlier) {
            state = earlier.state;
            return this;
        }

        @CanIgnoreReturnValue
        Builder clock(InstantSource other) {
            clock = other;
            return this;
        }

        @CanIgnoreReturnValue
        Builder ticker(LongSupplier millis) {
            ticker = millis;
            return this;
        }

        private static Duration positive(String name, Duration value) {
            positive(name, value.toMillis());
            return value;
        }

        @CanIgnoreReturnValue
        private static long positive(String name, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
            }
            return value;
        }

        /** Builds the endpoint; the builder must not be used afterwards. */
        public HttpPush build() {
            return new HttpPush(this);
        }
    }
}
