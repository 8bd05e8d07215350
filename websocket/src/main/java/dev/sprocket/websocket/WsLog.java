package dev.sprocket.websocket;

import dev.sprocket.core.internal.log.PeerLog;

/** Logger of the WebSocket layer, for all of its parts. */
final class WsLog {
    /** Logger with the name of {@code WsServer}, to which the parts have no reference. */
    static final PeerLog LOG = PeerLog.of("dev.sprocket.websocket.WsServer");

    private WsLog() {}
}
