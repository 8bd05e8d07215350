package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.subscribe.TopicConnection;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.broker.SubscribeOptions;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE of a client, which may continue after a position.
 *
 * <p>SUBSCRIBED is sent before the first event, and after other servers' events will be received. If a log or engine
 * answers later, the following requests of the session wait.
 */
final class SubscribeRequest extends V2Request {
    private static final PeerLog LOG = PeerLog.of(SubscribeRequest.class);

    private final V2RequestHandler handler;
    private final String topic;
    private final SubscribeOptions options;
    private final long askedNanos = System.nanoTime();

    private SubscribeRequest(V2RequestHandler handler, V2Message.Subscribe message, SubscribeOptions options) {
        super(handler, V2MessageType.SUBSCRIBE, message.request(), message.topic(), options.match(), Action.SUBSCRIBE);
        this.handler = handler;
        this.topic = message.topic();
        this.options = options;
    }

    /** Reads the options of a message. Throws {@link CallException} if one is invalid. */
    static SubscribeRequest of(V2RequestHandler handler, V2Message.Subscribe message) {
        return new SubscribeRequest(handler, message, SubscribeOptions.of(new OptionReader(message.options())));
    }

    @Override
    protected void allowed(WampConnection conn) throws Exception {
        if (!handler.realm().checkSubscribe(handler.session(), topic, options)) {
            subscribe(null);
            return;
        }
        TopicConnection connection = handler.realm().connect(topic, options, askedNanos);
        if (connection == null) {
            find(null, () -> {});
        } else {
            after(connection.ready(), connection::close, () -> find(connection, connection::close));
        }
    }

    /** Finds the beginning of the subscription once its topic is connected. */
    private void find(@Nullable TopicConnection connected, Runnable end) throws Exception {
        if (connected != null) {
            try {
                connected.ready().join();
            } catch (CompletionException unavailable) {
                end.run();
                LOG.warn(topic, "log not available, subscription refused: topic={}", topic, unavailable);
                throw new CallException("wamp.error.unavailable", TopicConnection.reason(unavailable));
            }
        }
        CompletableFuture<Subscribed> beginning =
                handler.realm().find(topic, options, connected == null ? null : connected.newest());
        if (beginning == null) {
            subscribeAndEnd(null, end);
        } else {
            after(beginning, end, () -> subscribeAndEnd(beginning, end));
        }
    }

    /** Runs a step when a stage is done, before the following requests of the session. */
    private void after(CompletableFuture<?> stage, Runnable cancel, Step step) throws Exception {
        if (stage.isDone()) {
            step.run();
        } else {
            handler.requests().hold(stage, this, step, cancel);
        }
    }

    private void subscribeAndEnd(@Nullable CompletableFuture<Subscribed> found, Runnable end) throws Exception {
        try {
            subscribe(found == null ? null : beginning(found));
        } finally {
            end.run();
        }
        recheck(); // the policy may have changed while the session waited
    }

    private Subscribed beginning(CompletableFuture<Subscribed> found) {
        try {
            return found.join();
        } catch (CompletionException | CancellationException failure) {
            LOG.warn(topic, "log not readable, subscription refused: topic={}", topic, failure);
            throw new CallException("wamp.error.unavailable", "the history is not readable (retry later)");
        }
    }

    private void subscribe(@Nullable Subscribed beginning) throws Exception {
        handler.realm().subscribe(handler.session(), topic, options, beginning, id -> handler.session()
                .send(new V2Message.Subscribed(request, id)));
    }
}
