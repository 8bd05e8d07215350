package dev.sprocket.http;

import dev.sprocket.core.internal.log.PeerLog;

/** Logger of the HTTP layer, for all of its parts. */
final class HttpLog {
    /** Logger with the name of {@code HttpServer}, to which the parts have no reference. */
    static final PeerLog LOG = PeerLog.of("dev.sprocket.http.HttpServer");

    private HttpLog() {}
}
