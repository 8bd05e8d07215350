package dev.sprocket.websocket;

import java.util.List;

/** A component that speaks a subprotocol says so by implementing this; {@link WsServer} finds it through decorators. */
@FunctionalInterface
public interface Subprotocols {
    /** The names, as registered for {@code Sec-WebSocket-Protocol}. */
    List<String> subprotocols();
}
