package com.example.shout;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.concurrent.atomic.AtomicLong;

/** Echoes each message with a sequence number. */
@ConcurrentComponent
final class Counter implements MessageComponent<Connection, Message> {
    private final AtomicLong count = new AtomicLong();

    @Override
    public void onMessage(Connection from, Message message) {
        from.send(count.incrementAndGet() + " " + message.text());
    }
}
