package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.websocket.internal.compression.ContextTakeover;
import dev.sprocket.websocket.internal.compression.SharedFrameDetector;
import io.netty.channel.ChannelHandler;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket layer (RFC 6455) that upgrades HTTP requests and delivers messages.
 *
 * <p>If the component, or the component inside its decorators, implements {@link Subprotocols}, the first subprotocol
 * that the client lists and the component supports is selected. Without a common subprotocol the handshake is rejected,
 * unless {@link #lenient()} is set.
 *
 * <p>The options return copies, which start with their own counters and memory for compression.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ThreadSafe
@ConcurrentComponent
public final class WsServer extends ProtocolLayer<HttpConnection> {
    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final WsOptions options;
    private final Handshake handshake;
    private final WsServerState state;

    /** Serves a component with {@linkplain WsLimits#DEFAULT default limits}. */
    public WsServer(MessageComponent<? super WsConnection, ? super Message> app) {
        this(app, WsOptions.DEFAULT);
    }

    private WsServer(MessageComponent<? super WsConnection, ? super Message> app, WsOptions options) {
        this.app = app;
        this.options = options;
        this.state = new WsServerState(options);
        List<String> supported = ForwardingComponent.find(app, Subprotocols.class)
                .map(Subprotocols::subprotocols)
                .orElse(List.of());
        this.handshake = new Handshake(supported, options, state.memory());
    }

    /** Returns a copy with other size limits. */
    public WsServer limits(WsLimits sizes) {
        return new WsServer(app, options.limits(sizes));
    }

    /** Returns a copy that accepts clients without a common subprotocol. */
    public WsServer lenient() {
        return new WsServer(app, options.lenient());
    }

    /**
     * Returns a copy that also accepts clients of other WebSocket versions.
     *
     * <p>All clients share the same application. The module {@code sprocket-legacy} contains the drafts of 2010 and
     * 2011.
     */
    public WsServer alsoAccept(List<? extends WebSocketVersion> versions) {
        return new WsServer(app, options.alsoAccept(versions));
    }

    /**
     * Returns a copy that preserves the fragments of received messages.
     *
     * <p>The fragments become the {@linkplain Message#fragmented parts} of the message, so that a component that
     * forwards the message sends the same fragments. By default a forwarded message is sent in one frame.
     */
    public WsServer keepFragments() {
        return new WsServer(app, options.keepFragments());
    }

    /** Returns a copy with other keepalive times; {@link KeepAlive#OFF} disables pings. */
    public WsServer keepAlive(KeepAlive keepAlive) {
        return new WsServer(app, options.keepAlive(keepAlive));
    }

    /**
     * Returns a copy that compresses messages of clients that offer permessage-deflate (RFC 7692).
     *
     * @param deflate compression settings; {@link Deflate#DEFAULT} suits most applications
     */
    public WsServer compress(Deflate deflate) {
        return new WsServer(app, options.compress(deflate));
    }

    /** Returns the number of connections that were closed because a ping was not answered. */
    public long keepAliveTimeouts() {
        return state.keepAliveTimeouts();
    }

    @Override
    protected void install(HttpConnection conn, LayerContext context) {
        HttpRequest request = HttpRequest.of(conn);
        Optional<WebSocketVersion.Separate> other = options.separateVersion(request);
        if (other.isPresent()) {
            open(other.get(), conn, context, request);
            return;
        }
        HttpResponse response = handshake.respond(request);
        if (response.status() != 101) {
            conn.respond(response);
            return;
        }
        NegotiatedCompression compression;
        try {
            compression = handshake.negotiateCompression(request).orElse(null);
        } catch (IllegalArgumentException malformed) {
            conn.respond(HttpResponse.error(400, String.valueOf(malformed.getMessage())));
            return;
        }
        if (compression != null) {
            response = response.header("Sec-WebSocket-Extensions", compression.header());
        }
        if (conn.upgrade(response)) {
            install(conn, context, handshake.subprotocol(request), compression);
        } else {
            state.releaseCompression(compression);
        }
    }

    /** Returns the number of bytes that are reserved for the windows of clients. */
    long reservedMemory() {
        return state.memory().reserved();
    }

    private void install(
            HttpConnection conn,
            LayerContext context,
            Optional<String> subprotocol,
            @Nullable NegotiatedCompression compression) {
        if (compression != null && compression.serverTakeover()) {
            SharedFrameDetector detector = new SharedFrameDetector();
            ContextTakeover takeover = compression.newTakeover(detector);
            context.install(detector, new WsHandler(state, app, conn, subprotocol, compression, takeover));
        } else {
            context.install(new WsHandler(state, app, conn, subprotocol, compression, null));
        }
    }

    private void open(
            WebSocketVersion.Separate version, HttpConnection conn, LayerContext context, HttpRequest request) {
        Optional<String> subprotocol = handshake.subprotocol(request);
        HttpResponse response =
                handshake.subprotocolRejection(request).orElseGet(() -> version.respond(request, subprotocol));
        if (response.status() != 101) {
            conn.respond(response);
        } else if (conn.upgrade(response)) {
            WebSocketVersion.Upgrade upgrade = new WebSocketVersion.Upgrade(conn, subprotocol, options.limits(), app);
            context.install(version.handlers(upgrade).toArray(ChannelHandler[]::new));
        }
    }

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
}
