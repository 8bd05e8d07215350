package dev.sprocket.wamp.rawsocket;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.KeepAlive;

/**
 * Serves RawSocket, the transport of WAMP v2 without HTTP, over TCP or Unix domain sockets.
 *
 * <pre>{@code
 * new IoServer(8081, new RawSocket(wampServer.overRawSocket())).start();
 * new IoServer(8080, new RawSocket(wampServer.overRawSocket()).or(new HttpServer(router))).start(); // both on one port
 * }</pre>
 *
 * <p>A peer that violates the protocol, or does not finish its handshake within ten seconds, is disconnected.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class RawSocket extends ProtocolLayer<Connection> {
    /** Default limit of an incoming message: 1 MiB. */
    public static final int DEFAULT_LIMIT = 1 << 20;

    private static final int MIN_EXPONENT = 9;
    private static final int MAX_EXPONENT = 24;

    private final MessageComponent<? super RawSocketConnection, ? super Message> app;
    /** Exponent of the limit, to the base of 2. */
    private final int lengthExponent;

    private final KeepAlive keepAlive;

    /** Serves a component, usually {@link WampServer#overRawSocket}. */
    public RawSocket(MessageComponent<? super RawSocketConnection, ? super Message> app) {
        this(app, Integer.numberOfTrailingZeros(DEFAULT_LIMIT), KeepAlive.DEFAULT);
    }

    private RawSocket(
            MessageComponent<? super RawSocketConnection, ? super Message> app,
            int lengthExponent,
            KeepAlive keepAlive) {
        this.app = app;
        this.lengthExponent = lengthExponent;
        this.keepAlive = keepAlive;
    }

    /**
     * Returns a copy with another limit of incoming messages.
     *
     * @param bytes power of two from 512 to 16,777,216, since the protocol has no other limits
     */
    public RawSocket limit(int bytes) {
        int exponent = Integer.numberOfTrailingZeros(bytes);
        if (Integer.bitCount(bytes) != 1 || exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) {
            throw new IllegalArgumentException("limit: " + bytes + " (expected: a power of two from 512 to 16777216)");
        }
        return new RawSocket(app, exponent, keepAlive);
    }

    /** Returns a copy with other keepalive times; {@link KeepAlive#OFF} disables keepalive. */
    public RawSocket keepAlive(KeepAlive keepAlive) {
        return new RawSocket(app, lengthExponent, keepAlive);
    }

    /**
     * Returns a component that distinguishes RawSocket from another protocol on one port.
     *
     * <p>Connections whose first byte is 0x7F are served by this component, all others by the other one.
     */
    public MessageComponent<Connection, Message> or(MessageComponent<? super Connection, ? super Message> other) {
        return new RawSocketDetector(this, other);
    }

    @Override
    protected void install(Connection conn, LayerContext context) {
        context.install(new RawSocketHandler(app, lengthExponent, keepAlive, conn));
    }
}
