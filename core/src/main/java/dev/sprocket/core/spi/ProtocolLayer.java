package dev.sprocket.core.spi;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.List;

/**
 * Base class of protocol layers whose handlers are in the Netty pipeline of the socket.
 *
 * <p>A subclass installs its handlers when a connection opens. Bytes, failures and the close of the connection below
 * are passed to these handlers. The last handler {@linkplain LayerContext#attach attaches} a context for the
 * component above, and calls that component through a {@link ComponentInvoker}.
 *
 * <p>Callbacks run on the threads of the surrounding stack; handlers on the event loop.
 */
public abstract class ProtocolLayer<C extends Connection> implements MessageComponent<C, Message> {
    /** Creates a layer. */
    protected ProtocolLayer() {}

    /**
     * Installs the handlers of a connection by {@link LayerContext#install}. Called on the event loop.
     *
     * @param conn connection of the layer below
     * @param context position of that layer in the pipeline
     */
    protected abstract void install(C conn, LayerContext context) throws Exception;

    /**
     * Returns the application protocols that TLS may negotiate for this layer (ALPN, RFC 7301).
     *
     * <p>Asked of the lowest layer of a stack. {@code Tls.applicationProtocol(conn)} returns the negotiated protocol.
     *
     * @return names registered with IANA in order of preference, such as {@code h2}, {@code http/1.1}; empty by default
     */
    public List<String> applicationProtocols() {
        return List.of();
    }

    @Override
    public void onOpen(C conn) throws Exception {
        install(conn, LayerContext.of(conn));
    }

    @Override
    public void onMessage(C from, Message bytes) {
        LayerContext.of(from).fireRead(bytes);
    }

    @Override
    public final void onError(C conn, Throwable cause) {
        LayerContext.of(conn).fireError(cause);
    }

    @Override
    public final void onClose(C conn) {
        LayerContext.of(conn).fireInactive();
    }
}
