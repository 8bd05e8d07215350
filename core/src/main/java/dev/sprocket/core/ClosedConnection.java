package dev.sprocket.core;

/** Attribute of connections that this side has closed. */
final class ClosedConnection {
    static final AttributeKey<CloseReason> REASON = AttributeKey.of("close reason", "was close() called?");

    private ClosedConnection() {}
}
