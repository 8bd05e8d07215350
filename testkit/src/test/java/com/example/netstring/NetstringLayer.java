package com.example.netstring;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;

/**
 * Layer of netstrings: {@code 5:hello,} is one message.
 *
 * <p>Example of a protocol that Sprocket does not know. It uses the public API of {@code core} and its SPI only.
 */
public final class NetstringLayer extends ProtocolLayer<Connection> {
    private final MessageComponent<? super Connection, ? super Message> app;

    /** Serves a component. */
    public NetstringLayer(MessageComponent<? super Connection, ? super Message> app) {
        this.app = app;
    }

    @Override
    protected void install(Connection conn, LayerContext context) {
        context.install(new NetstringConnection(app, conn));
    }
}
