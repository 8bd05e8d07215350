package dev.sprocket.session;

import dev.sprocket.core.Connection;

/**
 * Callback for sessions that end while a connection uses them.
 *
 * <p>Called on the connection's event loop; must not block.
 */
@FunctionalInterface
public interface SessionListener {
    /**
     * Called when a session ends: logged out, expired, or of another user now.
     *
     * <p>The connection is closed immediately after this call, with 4401 under WebSocket.
     *
     * @param session the session as it was before
     */
    void onEnd(Connection conn, Session session) throws Exception;
}
