package dev.sprocket.core.spi;

import dev.sprocket.core.AttributeKey;

/** Attribute of the connection above that closes first. */
final class TopConnection {
    static final AttributeKey<StackedConnection> KEY =
            AttributeKey.of("connection that closes first", "was StackedConnection.closeFirst called?");

    private TopConnection() {}
}
