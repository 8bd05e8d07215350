package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Facts;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Framing;
import dev.sprocket.core.spi.Level;
import dev.sprocket.core.spi.Segment;
import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;

/** One request and its answer; the connection that components see. */
final class HttpExchange implements HttpConnection {
    private enum State {
        WAITING,
        ANSWERED,
        UPGRADED,
        CLOSED
    }

    private final HttpHandler handler;
    private final Connection below;
    private final Facts facts;
    private final Level<HttpConnection> level;
    private final Segment segment;
    private final ByteBuf body;
    private final boolean headOnly;
    private final boolean keepAlive;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private boolean opening = true;
    private boolean closeAfter;
    private boolean ended;

    HttpExchange(
            HttpHandler handler,
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection below,
            HttpRequest request,
            ByteBuf body) {
        this.handler = handler;
        this.below = below;
        this.body = body;
        this.facts = new Facts(below.facts());
        this.headOnly = request.method().equals("HEAD");
        // HTTP/1.0 has a keep-alive of its own, which nobody misses
        this.keepAlive = request.version().equals("HTTP/1.1") && !request.lists("Connection", "close");
        this.segment = handler.segment().above(this, handler.context(), Framing.RAW);
        HttpRequest.KEY.set(this, request);
        this.level = new Level<>(app, this, HttpExchange::failed);
    }

    void open() {
        try {
            level.open();
        } finally {
            opening = false;
            settle();
        }
    }

    void deliver(MessageComponent<? super HttpConnection, ? super Message> app, Message bytes) {
        level.deliver(app, bytes);
    }

    void fail(Throwable cause) {
        level.fail(cause);
    }

    /** The socket is gone. */
    void end() {
        finish();
    }

    private static void failed(HttpConnection conn) {
        if (!conn.respond(HttpResponse.error(500, "a component failed, see above"))) {
            conn.close();
        }
    }

    boolean isUpgraded() {
        return state.get() == State.UPGRADED;
    }

    @Override
    public boolean respond(HttpResponse response) {
        if (!state.compareAndSet(State.WAITING, State.ANSWERED)) {
            return false;
        }
        segment.onLoop(() -> {
            closeAfter = !keepAlive || response.status() >= 400 || handler.isLast();
            handler.write(HttpRequest.of(this).toString(), response, headOnly, closeAfter);
            settle();
        });
        return true;
    }

    @Override
    public boolean upgrade(HttpResponse switchingProtocols) {
        if (!state.compareAndSet(State.WAITING, State.UPGRADED)) {
            return false;
        }
        segment.onLoop(() -> {
            handler.write(HttpRequest.of(this).toString(), switchingProtocols, false, false);
            handler.leaveHttp();
            settle();
        });
        return true;
    }

    /** What follows an answer, once the callback that gave it has returned. */
    private void settle() {
        if (opening || ended) {
            return;
        }
        if (state.get() == State.UPGRADED) {
            body.release();
            ended = true;
            handler.passOn();
        } else if (state.get() == State.ANSWERED) {
            finish();
            handler.finished(closeAfter);
        }
    }

    private void finish() {
        state.set(State.CLOSED);
        if (!ended) {
            ended = true;
            body.release();
        }
        level.close();
    }

    @Override
    public boolean send(Message message) {
        if (isUpgraded()) {
            return segment.send(message);
        }
        return respond(HttpResponse.of(200)
                .body(message.isBinary() ? "application/octet-stream" : "text/plain; charset=utf-8", message.bytes()));
    }

    @Override
    public void close() {
        // once it is over, the socket belongs to the next exchange
        if (state.getAndSet(State.CLOSED) != State.CLOSED) {
            below.close();
        }
    }

    @Override
    public boolean isOpen() {
        State now = state.get();
        return (now == State.WAITING || now == State.UPGRADED) && below.isOpen();
    }

    @Override
    public SocketAddress remoteAddress() {
        return below.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
