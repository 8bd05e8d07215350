package dev.sprocket.config.internal.log;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushResults;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Logs one line for each request, when it ends.
 *
 * <p>On a listener it logs all requests, also those that are rejected; on a route those that reach it. A WebSocket or
 * event stream is one request, which ends with its connection. A connection without HTTP is one line, and so is each
 * message of a bridge without connections of its clients.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class AccessLog extends ForwardingComponent<Connection, Message> {
    /** Logger of the lines. */
    public static final String LOGGER = "access";

    private static final String HTTP = "http/1.1";

    private final AttributeKey<AccessRecord> key = AttributeKey.of("access record", "was AccessLog.onOpen called?");
    private final AccessRecord.Sink sink;
    private final boolean aroundHttp;

    /** Logs to an output that gets lines of a format. */
    AccessLog(
            AccessFormat format,
            boolean query,
            Consumer<String> output,
            MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.sink = ended -> output.accept(format.line(ended, query));
        this.aroundHttp = ForwardingComponent.find(inner, ProtocolLayer.class)
                .filter(AccessLog::isHttp)
                .isPresent();
    }

    private static boolean isHttp(ProtocolLayer<?> layer) {
        return layer.applicationProtocols().contains(HTTP);
    }

    @Override
    public boolean ignoresContent() {
        return true;
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        Optional<ExchangeControl> exchange = ExchangeControl.KEY.find(conn);
        if (exchange.isPresent()) {
            exchange.get().accessRecord().add(sink);
        } else if (aroundHttp) {
            AccessRecord.logRequests(conn, sink);
        } else if (PipelineContext.find(conn).isPresent()) {
            AccessRecord opened = AccessRecord.create(conn);
            opened.add(sink);
            opened.receive(0, 0);
            PipelineContext.find(conn)
                    .ifPresent(context -> opened.stream(0, context.outbound().countSent()));
            key.set(conn, opened);
        }
        super.onOpen(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        AccessRecord open = key.find(from).orElse(null);
        if (open != null) {
            open.receive(1, message.size());
            super.onMessage(from, message);
        } else if (isBridge(from)) {
            logMessage(from, message);
        } else {
            super.onMessage(from, message);
        }
    }

    /** Reports whether all clients of a bridge share a connection, which has no socket. */
    private boolean isBridge(Connection conn) {
        return !aroundHttp
                && ExchangeControl.KEY.find(conn).isEmpty()
                && PipelineContext.find(conn).isEmpty();
    }

    private void logMessage(Connection from, Message message) throws Exception {
        AccessRecord one = new AccessRecord();
        one.add(sink);
        one.receive(1, message.size());
        AtomicInteger status = new AtomicInteger(500);
        Optional<PushResults.Listener> outer = PushResults.listener(from);
        PushResults.listen(from, (conn, result) -> {
            status.set(status(result));
            outer.ifPresent(listener -> listener.onResult(conn, result));
        });
        try {
            super.onMessage(from, message);
            status.compareAndSet(500, 200);
        } catch (RejectedException e) {
            status.set(status(e.rejection()));
            throw e;
        } finally {
            outer.ifPresentOrElse(listener -> PushResults.listen(from, listener), () -> PushResults.ignore(from));
            one.end("-", request(from, "PUSH", "BRIDGE"), status.get(), 0);
        }
    }

    @Override
    public void onClose(Connection conn) throws Exception {
        try {
            super.onClose(conn);
        } finally {
            key.find(conn).ifPresent(open -> end(conn, open));
        }
    }

    private static void end(Connection conn, AccessRecord open) {
        if (open.user() == null) {
            User.find(conn).ifPresent(user -> AccessRecord.user(conn, user.id()));
        }
        open.end(
                peer(conn.remoteAddress()),
                request(conn, "CONNECT", "TCP"),
                CloseReason.of(conn).map(AccessLog::status).orElse(200),
                0);
    }

    private static String peer(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return inet.getAddress().getHostAddress();
        }
        return address instanceof UnixDomainSocketAddress ? "unix:" : String.valueOf(address);
    }

    /** Returns the status of HTTP for the result of a push. */
    private static int status(PushResult result) {
        if (result instanceof PushResult.Rejected rejected) {
            return switch (rejected.kind()) {
                case MALFORMED -> 400;
                case FORBIDDEN -> 403;
                case UNSUPPORTED -> 415;
                case KEY_REUSED -> 422;
                case LIMIT_EXCEEDED -> 429;
                case UNAVAILABLE -> 503;
            };
        }
        boolean failed = result instanceof PushResult.PartlyAccepted
                || result instanceof PushResult.Published published && published.failed() > 0;
        return failed ? 503 : 200;
    }

    private static AccessRecord.Request request(Connection conn, String method, String protocol) {
        return new AccessRecord.Request(
                method, AddressText.of(conn.localAddress()), protocol, AccessRecord.Headers.NONE);
    }

    /** Returns the status of HTTP for a reason. */
    private static int status(CloseReason reason) {
        return switch (reason.type()) {
            case NORMAL, END_OF_STREAM, SHUTDOWN -> 200;
            case MALFORMED -> 400;
            case UNAUTHORIZED -> 401;
            case FORBIDDEN -> 403;
            case OVERFLOW -> 408;
            case UNSUPPORTED -> 415;
            case LIMIT_EXCEEDED -> 429;
            case FAILURE -> 500;
        };
    }

    /** Returns the component inside, unless messages are counted. */
    @Override
    public Optional<Component<?>> passesTo(Connection conn) {
        return key.find(conn).isPresent() || isBridge(conn) ? Optional.empty() : delegate();
    }
}
