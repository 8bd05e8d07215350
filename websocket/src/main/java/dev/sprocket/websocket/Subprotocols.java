package dev.sprocket.websocket;

import java.util.List;

/**
 * Declares the subprotocols of a component.
 *
 * <p>Implemented by the component; {@link WsServer} also finds it inside decorators.
 */
@FunctionalInterface
public interface Subprotocols {
    /** Returns the names of the subprotocols, as used in {@code Sec-WebSocket-Protocol}. */
    List<String> subprotocols();
}
