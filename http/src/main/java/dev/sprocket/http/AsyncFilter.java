package dev.sprocket.http;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.DeferredGuard;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.PipelineContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Delays each request until an asynchronous check has admitted or rejected it.
 *
 * <p>The check may complete on any thread, with an empty value to admit the request, or with a response that rejects
 * it. No input is lost meanwhile, including bytes after a handshake. If the check exceeds its timeout, the request is
 * answered with 503.
 *
 * <p>The check runs when the head of a request has arrived. The body is not read before the check completes, and not at
 * all after a rejection. A check of the body needs {@link RequestHeadListener#afterBody} around this filter.
 *
 * <p>Checks are called on the event loop, and must not block it.
 */
@ConcurrentComponent
public final class AsyncFilter extends DeferredGuard<HttpConnection, Message, AsyncFilter.PendingRequest>
        implements RequestHeadListener {
    /** Default timeout of a check: 10 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final PeerLog LOG = PeerLog.of(AsyncFilter.class);

    /** Check that admits or rejects a request. */
    @FunctionalInterface
    public interface Check {
        /**
         * Checks a request; an empty result admits it, a response rejects it.
         *
         * <p>An exception, thrown or in the stage, is answered with 500. Attributes of the connection may be set until
         * the stage completes.
         */
        CompletionStage<Optional<HttpResponse>> check(HttpConnection conn) throws Exception;
    }

    private final Check check;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;
    /** Zero for no timeout. */
    private final Duration timeout;

    /** Filters requests of a component by a check, with a timeout of ten seconds. */
    public AsyncFilter(Check check, MessageComponent<? super HttpConnection, ? super Message> inner) {
        this(check, DEFAULT_TIMEOUT, RequestHeadListener.around(inner), true);
    }

    private AsyncFilter(
            Check check,
            Duration timeout,
            MessageComponent<? super HttpConnection, ? super Message> inner,
            boolean limited) {
        super(inner);
        if (limited && (timeout.isZero() || timeout.isNegative())) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: above zero)");
        }
        this.check = check;
        this.timeout = timeout;
        this.inner = inner;
    }

    /** Returns a copy with another timeout; above zero, else {@link IllegalArgumentException}. */
    public AsyncFilter timeout(Duration limit) {
        return new AsyncFilter(check, limit, inner, true);
    }

    /** Returns a filter that waits for the body, which has its own timeouts. */
    static AsyncFilter forBody(MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new AsyncFilter(conn -> HttpExchange.of(conn).awaitBody(), Duration.ZERO, inner, false);
    }

    @Override
    protected PendingRequest newAdmission(HttpConnection conn) {
        return new PendingRequest(conn);
    }

    /** Request that waits for its check. Confined to the event loop. */
    final class PendingRequest extends DeferredGuard.Admission<HttpConnection, Message> implements LoopTimer.Task {
        private final HttpConnection conn;
        private final PipelineContext pipeline;
        private boolean checking = true;
        private long deadline;

        PendingRequest(HttpConnection conn) {
            super(AsyncFilter.this, conn);
            this.conn = conn;
            this.pipeline = PipelineContext.of(conn);
        }

        @Override
        protected void start() throws Exception {
            check.check(conn)
                    .whenComplete((rejection, failure) -> pipeline.onLoop(() -> completed(rejection, failure)));
            checking = false;
            if (isPending() && !timeout.isZero()) {
                LoopTimer timer = pipeline.timer();
                deadline = timer.now() + timeout.toNanos();
                timer.add(this);
            }
        }

        @SuppressWarnings("OptionalAssignedToNull") // a failed stage has no value
        private void completed(@Nullable Optional<HttpResponse> rejection, @Nullable Throwable failure) {
            if (!isPending()) {
                return;
            }
            if (failure != null || rejection == null) {
                LOG.warn(
                        conn,
                        "asynchronous filter failed, request rejected: peer={} request=\"{}\" filter={} status=500",
                        conn,
                        HttpRequest.of(conn),
                        check.getClass().getSimpleName(),
                        failure);
                reject(HttpResponse.error(500, "check failed (see the WARN line of the same peer)"));
            } else if (rejection.isPresent()) {
                reject(rejection.get());
            } else if (checking) {
                admit();
            } else if (conn.isOpen()) {
                HttpExchange.of(conn).runCallbacks(this::admit);
            }
        }

        private void reject(HttpResponse response) {
            end();
            conn.respond(response);
        }

        @Override
        public boolean tick(long now) {
            if (isPending() && now - deadline >= 0) {
                reject(HttpResponse.error(503, "check did not complete within " + timeout.toMillis() + " ms"));
            }
            return isPending();
        }

        @Override
        public String toString() {
            return "request filter of " + conn;
        }
    }
}
