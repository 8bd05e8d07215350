package dev.sprocket.wamp;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.websocket.KeepAlive;

/**
 * Speaks RawSocket, the transport of WAMP v2 without HTTP, on TCP or a Unix domain socket:
 *
 * <pre>{@code
 * new IoServer(8081, new RawSocket(wampServer.overRawSocket()))
 * new IoServer(8080, new RawSocket(wampServer.overRawSocket()).or(new HttpServer(routes))) // both on one port
 * }</pre>
 *
 * <p>A peer that breaks a rule of it is disconnected, and so is one that has not finished its handshake after ten seconds.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class RawSocket implements MessageComponent<Connection, Message> {
    /** The longest message that is taken, unless said otherwise: 1 MiB. */
    public static final int DEFAULT_LIMIT = 1 << 20;

    private static final int MIN_EXPONENT = 9;
    private static final int MAX_EXPONENT = 24;

    private final MessageComponent<? super RawSocketConnection, ? super Message> app;
    /** The limit's logarithm. */
    private final int lengthExponent;

    private final KeepAlive keepAlive;

    /** Serves a component, {@link WampServer#overRawSocket} as a rule. */
    public RawSocket(MessageComponent<? super RawSocketConnection, ? super Message> app) {
        this(app, Integer.numberOfTrailingZeros(DEFAULT_LIMIT), KeepAlive.DEFAULT);
    }

    private RawSocket(
            MessageComponent<? super RawSocketConnection, ? super Message> app, int length, KeepAlive keepAlive) {
        this.app = app;
        this.lengthExponent = length;
        this.keepAlive = keepAlive;
    }

    /**
     * The same, with another limit for the messages of peers.
     *
     * @param bytes a power of two from 512 to 16,777,216, since the protocol has words for no others
     */
    public RawSocket limit(int bytes) {
        int logarithm = Integer.numberOfTrailingZeros(bytes);
        if (Integer.bitCount(bytes) != 1 || logarithm < MIN_EXPONENT || logarithm > MAX_EXPONENT) {
            throw new IllegalArgumentException("limit: " + bytes + " (expected: a power of two from 512 to 16777216)");
        }
        return new RawSocket(app, logarithm, keepAlive);
    }

    /** The same, with other times for looking after silent peers; {@link KeepAlive#OFF} for not at all. */
    public RawSocket keepAlive(KeepAlive times) {
        return new RawSocket(app, lengthExponent, times);
    }

    /** A component that serves peers whose first byte is that of RawSocket, 0x7F, and hands all others to another one. */
    public MessageComponent<Connection, Message> or(MessageComponent<? super Connection, ? super Message> other) {
        return new RawSocketDetector(this, other);
    }

    @Override
    public void onOpen(Connection conn) {
        PipelineContext.of(conn).install(new RawSocketHandler(app, lengthExponent, keepAlive, conn));
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        PipelineContext.of(from).fireRead(bytes);
    }

    @Override
    public void onError(Connection conn, Throwable cause) {
        PipelineContext.of(conn).fireError(cause);
    }

    @Override
    public void onClose(Connection conn) {
        PipelineContext.of(conn).fireInactive();
    }
}
