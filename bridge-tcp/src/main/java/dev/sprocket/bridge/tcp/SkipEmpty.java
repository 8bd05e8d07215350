package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/** Passes over empty lines, which some writers put between or after their texts. */
@Concurrent
final class SkipEmpty extends Forwarding<Connection, Message> {
    SkipEmpty(MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
    }

    @Override
    public void onMessage(Connection from, Message line) throws Exception {
        if (line.size() > 0) {
            super.onMessage(from, line);
        }
    }
}
