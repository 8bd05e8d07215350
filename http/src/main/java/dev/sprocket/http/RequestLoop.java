package dev.sprocket.http;

/**
 * Driver of the requests of one connection, as seen by the current exchange.
 *
 * <p>Confined to the connection's event loop.
 */
interface RequestLoop {
    /** Reads the body of the current request. Sends 100 (Continue) if the client expects it. */
    void readBody();

    /**
     * Creates the writer of the response to a request.
     *
     * @param peer the peer, for logs
     * @param request the request, for logs
     */
    ResponseWriter newWriter(Object peer, Object request);

    /** Reports whether no further request is accepted after the current one. */
    boolean isLastRequest();

    /** Continues with the next request, or closes the connection. Called outside callbacks. */
    void exchangeFinished(boolean close);

    /**
     * Forwards the bytes after an upgrade to the next protocol, including those already received.
     *
     * <p>Called outside callbacks.
     */
    void forwardUpgraded();
}
