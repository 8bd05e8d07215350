package com.example.shout;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Locale;

/** Decorator that converts incoming messages to upper case. */
final class Shout extends ForwardingComponent<Connection, Message> {
    private final String mark;

    Shout(String mark, MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.mark = mark;
    }

    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        super.onMessage(from, Message.text(message.text().toUpperCase(Locale.ROOT) + mark));
    }
}
