package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.broker.SubscribeOptions;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE of a client, which may continue after a position.
 *
 * <p>SUBSCRIBED is sent before the first event. If the log answers later, the following requests of the session wait.
 */
final class SubscribeRequest extends V2Request {
    private static final PeerLog LOG = PeerLog.of(SubscribeRequest.class);

    private final V2RequestHandler handler;
    private final String topic;
    private final SubscribeOptions options;

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
        CompletableFuture<Subscribed> found = handler.realm().find(handler.session(), topic, options);
        if (found == null) {
            subscribe(null);
        } else if (found.isDone()) {
            subscribeAfter(found);
        } else {
            handler.requests().hold(found, this, () -> {
                subscribeAfter(found);
                recheck();
            });
        }
    }

    private void subscribeAfter(CompletableFuture<Subscribed> found) throws Exception {
        Subscribed beginning;
        try {
            beginning = found.join();
        } catch (RuntimeException failure) {
            LOG.warn(topic, "log not readable, subscription refused: topic={}", topic, failure);
            throw new CallException("wamp.error.unavailable", "the history is not readable (retry later)");
        }
        subscribe(beginning);
    }

    private void subscribe(@Nullable Subscribed beginning) throws Exception {
        handler.realm().subscribe(handler.session(), topic, options, beginning, id -> handler.session()
                .send(new V2Message.Subscribed(request, id)));
    }
}
