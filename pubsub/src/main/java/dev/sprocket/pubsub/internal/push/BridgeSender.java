package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * Admits all senders of a bridge that lets in backends only.
 */
@ThreadSafe
@ConcurrentComponent
public final class BridgeSender extends ForwardingComponent<Connection, Message> {
    /** Admits the senders of a target. */
    public BridgeSender(MessageComponent<? super Connection, ? super Message> target) {
        super(target);
    }

    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        PushSender.admit(from);
        super.onMessage(from, message);
    }
}
