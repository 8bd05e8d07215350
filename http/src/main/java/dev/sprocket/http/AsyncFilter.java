package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.DelegatingComponent;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets each request wait until a question about it is answered, from any thread: by nothing, and it goes on; or by the
 * answer that refuses it. Nothing of it is lost meanwhile, also not the bytes behind a handshake. A question that is not
 * answered in time is answered with 503.
 *
 * <p>The question is asked when the head of a request is there. Its body is not read before the answer, and not taken if it
 * is a refusal; a question about the body needs a {@link BodyAggregator} around the gate.
 *
 * <p>Threads: the question is asked on the event loop, and must not block it.
 */
@ConcurrentComponent
public final class AsyncFilter
        implements MessageComponent<HttpConnection, Message>, DelegatingComponent, RequestHeadListener {
    /** How long a question may take: 10 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final PeerLog LOG = PeerLog.of(AsyncFilter.class);

    /** What is asked of each request. */
    @FunctionalInterface
    public interface Check {
        /**
         * Asks; what it throws, or fails with, is answered with 500. Facts about the connection can be stated until the
         * answer is complete.
         */
        CompletionStage<Optional<HttpResponse>> check(HttpConnection conn) throws Exception;
    }

    private final AttributeKey<PendingRequest> key = AttributeKey.of("gate", "was Gate.onOpen called?");
    private final Check check;
    /** Zero for none. */
    private final Duration timeout;

    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /** Guards a component; a question may take ten seconds. */
    public AsyncFilter(Check question, MessageComponent<? super HttpConnection, ? super Message> inner) {
        this(question, DEFAULT_TIMEOUT, inner);
    }

    /** Guards a component; a question may take so long. */
    public AsyncFilter(
            Check question, Duration limit, MessageComponent<? super HttpConnection, ? super Message> inner) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: above zero)");
        }
        this.check = question;
        this.timeout = limit;
        this.inner = BodyAggregator.wrapIfNeeded(inner);
    }

    private AsyncFilter(MessageComponent<? super HttpConnection, ? super Message> inner) {
        this.check = conn -> HttpExchange.of(conn).awaitBody();
        this.timeout = Duration.ZERO;
        this.inner = inner;
    }

    /** One that waits for the body, which has time limits of its own. */
    static AsyncFilter forBody(MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new AsyncFilter(inner);
    }

    @Override
    public Component<?> delegate() {
        return inner;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        PendingRequest waiting = new PendingRequest(conn);
        key.set(conn, waiting);
        waiting.start();
    }

    @Override
    public void onMessage(HttpConnection from, Message message) {
        key.get(from).invoker.deliver(inner, message);
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) throws Exception {
        PendingRequest waiting = key.peek(conn);
        if (waiting != null && waiting.invoker.isOpen()) {
            waiting.invoker.fail(cause);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }

    @Override
    public void onClose(HttpConnection conn) {
        PendingRequest waiting = key.peek(conn);
        if (waiting != null) {
            waiting.done = true;
            waiting.invoker.close();
        }
    }

    /** One request before the gate; on the event loop. */
    private final class PendingRequest implements LoopTimer.Task {
        private final HttpConnection conn;
        private final ComponentInvoker<HttpConnection> invoker;
        private final PipelineContext pipeline;
        private boolean checking = true;
        private boolean done;
        private long deadline;

        PendingRequest(HttpConnection conn) {
            this.conn = conn;
            this.invoker = new ComponentInvoker<>(inner, conn);
            this.pipeline = PipelineContext.of(conn);
        }

        void start() throws Exception {
            check.check(conn).whenComplete((refusal, failure) -> pipeline.onLoop(() -> completed(refusal, failure)));
            checking = false;
            if (!done && !timeout.isZero()) {
                LoopTimer sweep = LoopTimer.of(pipeline.outbound().loop());
                deadline = sweep.now() + timeout.toNanos();
                sweep.add(this);
            }
        }

        @SuppressWarnings("OptionalAssignedToNull") // a stage that failed has no value
        private void completed(@Nullable Optional<HttpResponse> refusal, @Nullable Throwable failure) {
            if (done) {
                return;
            }
            done = true;
            if (failure != null || refusal == null) {
                LOG.warn(conn, "{}: a question failed", conn, failure);
                conn.respond(HttpResponse.error(500, "a question failed, see above"));
            } else if (refusal.isPresent()) {
                conn.respond(refusal.get());
            } else if (checking) {
                invoker.open();
            } else if (conn.isOpen()) {
                HttpExchange.of(conn).runCallbacks(invoker::open);
            }
        }

        @Override
        public boolean tick(long now) {
            if (!done && now - deadline >= 0) {
                done = true;
                conn.respond(
                        HttpResponse.error(503, "a question is not answered within " + timeout.toMillis() + " ms"));
            }
            return !done;
        }
    }
}
