package dev.sprocket.session;

import dev.sprocket.core.Connection;

/** Hears of sessions that end while a connection uses them. Threads: the connection's event loop; must not block. */
@FunctionalInterface
public interface SessionListener {
    /**
     * The site has forgotten the visitor, or remembers somebody else: logged out, expired, or changed users. The connection
     * is closed right after this, with 4401 under WebSocket.
     *
     * @param session as it was before
     */
    void onEnd(Connection conn, Session session) throws Exception;
}
