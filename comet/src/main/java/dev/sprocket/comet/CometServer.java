package dev.sprocket.comet;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Layer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.sse.EventStream;
import dev.sprocket.http.sse.SseConnection;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Layer that combines several HTTP requests into one connection (Comet).
 *
 * <p>For clients with proxies that break WebSocket.
 *
 * <p>{@code GET} receives messages, by an event stream or long polls, and {@code POST} sends one. The component above
 * is independent of it:
 *
 * <pre>{@code
 * CometServer comet = new CometServer(chat);
 * router = router.route("GET", "/chat", comet).route("POST", "/chat", comet).route("DELETE", "/chat", comet);
 * }</pre>
 *
 * <p>The protocol is described in the documentation of this package. A connection is identified by an unguessable id,
 * in requests with the same path and the same {@link dev.sprocket.core.User}, whose roles are those of the latest
 * request. It ends when the application closes it, the client deletes it, or no client listens for the grace period
 * ({@link CometOptions}).
 *
 * <p>Callbacks of a connection run on the event loop of the request that opened it.
 *
 * <p>Options are set by copies. A server and its copies share their connections and statistics.
 */
@ConcurrentComponent
public final class CometServer implements MessageComponent<HttpConnection, Message> {
    static final HttpResponse UNKNOWN =
            HttpResponse.error(404, "unknown connection id (expected: id of an open connection)");

    private final AttributeKey<CometConnection> key =
            AttributeKey.of("comet connection", "was CometServer.onOpen called?");
    private final MessageComponent<? super Connection, ? super Message> app;
    private final CometOptions options;
    private final CometSessions sessions;
    private final AsyncFilter streams;

    /** Serves a component with default options. */
    public CometServer(MessageComponent<? super Connection, ? super Message> app) {
        this(app, CometOptions.DEFAULT, new CometSessions());
    }

    private CometServer(
            MessageComponent<? super Connection, ? super Message> app, CometOptions options, CometSessions sessions) {
        this.app = app;
        this.options = options;
        this.sessions = sessions;
        this.streams =
                new AsyncFilter(this::checkListen, new EventStream(new Listener()).keepAlive(options.keepAlive()));
    }

    /**
     * Returns a layer that serves the component above it, for a stack.
     *
     * <pre>{@code
     * Stack.io(8080).through(http()).through(CometServer.layer()).to(Chat.class);
     * }</pre>
     */
    public static Layer<
                    MessageComponent<HttpConnection, Message>, MessageComponent<? super Connection, ? super Message>>
            layer() {
        return new CometLayer();
    }

    /** Returns a copy with other options; it shares the connections, which keep theirs. */
    public CometServer options(CometOptions other) {
        return new CometServer(app, other, sessions);
    }

    /**
     * Returns a copy for another component, which shares the connections.
     *
     * <p>An open connection keeps its component, so connections survive the replacement of a stack.
     */
    public CometServer app(MessageComponent<? super Connection, ? super Message> other) {
        return new CometServer(other, options, sessions);
    }

    /** Returns the number of connections, including closed ones that still have messages for their clients. */
    public int size() {
        return sessions.size();
    }

    /** Returns statistics of messages and connections lost because clients were too slow. */
    public DropStats dropStats() {
        return sessions.dropStats();
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        switch (request.method()) {
            case "GET" -> {
                if (request.header("Accept").orElse("").toLowerCase(Locale.ROOT).contains("text/event-stream")) {
                    streams.onOpen(conn);
                } else {
                    poll(conn);
                }
            }
            case "POST" -> post(conn, request);
            case "DELETE" ->
                with(conn, request.queryParameter("id"), comet -> {
                    comet.leave();
                    conn.respond(HttpResponse.of(204));
                });
            default ->
                conn.respond(HttpResponse.error(405, "method not allowed (expected: GET, POST, DELETE)")
                        .header("Allow", "GET, POST, DELETE"));
        }
    }

    private Optional<CometConnection> find(HttpConnection conn, Optional<String> id) {
        return id.filter(text -> text.length() == CometSessions.ID_LENGTH)
                .flatMap(sessions::find)
                .filter(comet -> comet.openingRequest().matches(conn))
                .map(comet -> {
                    comet.takeUser(conn);
                    return comet;
                });
    }

    private interface Action {
        void run(CometConnection comet);
    }

    /** Runs an action for the connection of a request, on its event loop. */
    private void with(HttpConnection conn, Optional<String> id, Action action) {
        Optional<CometConnection> found = find(conn, id);
        if (found.isEmpty() || !found.get().onLoop(() -> action.run(found.get()))) {
            conn.respond(UNKNOWN);
        }
    }

    private Optional<CometConnection> open(HttpConnection conn) {
        if (sessions.size() >= options.connections()) {
            return Optional.empty();
        }
        CometConnection opened = new CometConnection(app, sessions, options, conn);
        key.set(conn, opened);
        opened.start();
        return Optional.of(opened);
    }

    private HttpResponse tooManyConnections() {
        return HttpResponse.error(503, "too many connections (limit: " + options.connections() + ")");
    }

    /** Checks a request before its event stream begins. */
    private CompletionStage<Optional<HttpResponse>> checkListen(HttpConnection conn) {
        Optional<CometPosition> position = CometPosition.of(HttpRequest.of(conn));
        if (position.isEmpty()) {
            return CompletableFuture.completedStage(
                    open(conn).isPresent() ? Optional.empty() : Optional.of(tooManyConnections()));
        }
        CompletableFuture<Optional<HttpResponse>> result = new CompletableFuture<>();
        Optional<CometConnection> found = find(conn, Optional.of(position.get().id()));
        if (found.isEmpty()
                || !found.get().onLoop(() -> {
                    key.set(conn, found.get());
                    boolean resumed =
                            found.get().delivery().resume(position.get().after());
                    result.complete(resumed ? Optional.empty() : Optional.of(gapResponse(found.get())));
                })) {
            result.complete(Optional.of(UNKNOWN));
        }
        return result;
    }

    /** Closes a connection that has lost messages; the client must open a new one. */
    private static HttpResponse gapResponse(CometConnection comet) {
        comet.leave();
        return HttpResponse.error(404, "messages after this position were discarded; connection closed");
    }

    private final class Listener implements MessageComponent<SseConnection, Message> {
        @Override
        public void onOpen(SseConnection stream) {
            CometConnection comet = key.get(stream);
            comet.onLoop(() -> comet.delivery().attach(stream));
        }

        @Override
        public void onMessage(SseConnection from, Message message) {}

        @Override
        public void onClose(SseConnection stream) {
            CometConnection comet = key.get(stream);
            comet.onLoop(() -> comet.delivery().listenerClosed(stream));
        }
    }

    private void poll(HttpConnection conn) {
        Optional<CometPosition> position = CometPosition.of(HttpRequest.of(conn));
        if (position.isEmpty()) {
            Optional<CometConnection> opened = open(conn);
            if (opened.isEmpty()) {
                conn.respond(tooManyConnections());
            } else {
                opened.get().delivery().attach(conn, true);
            }
            return;
        }
        with(conn, Optional.of(position.get().id()), comet -> {
            key.set(conn, comet);
            if (comet.delivery().resume(position.get().after())) {
                comet.delivery().attach(conn, false);
            } else {
                conn.respond(gapResponse(comet));
            }
        });
    }

    private void post(HttpConnection conn, HttpRequest request) {
        long number = CometPosition.number(request.queryParameter("n").orElse("0"));
        boolean binary = request.header("Content-Type")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .startsWith("application/octet-stream");
        Message body = request.body();
        if (number < 0) {
            conn.respond(HttpResponse.error(400, "n: not a number (expected: 1, 2, 3 …)"));
        } else if (!binary && !ByteBufUtil.isText(body.content(), StandardCharsets.UTF_8)) {
            conn.respond(HttpResponse.error(
                    400, "text that is not UTF-8 (expected: UTF-8, or Content-Type application/octet-stream)"));
        } else {
            // the body may be released before the other event loop runs the action
            Message copy = binary ? body.copy() : Message.text(body.text());
            with(conn, request.queryParameter("id"), comet -> conn.respond(comet.receive(copy, number)));
        }
    }

    /** Never called, because no request is upgraded. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}

    @Override
    public void onError(HttpConnection conn, Throwable cause) throws Exception {
        streams.onError(conn, cause);
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        streams.onClose(conn);
        CometConnection comet = key.find(conn).orElse(null);
        if (comet != null) {
            comet.onLoop(() -> comet.delivery().listenerClosed(conn));
        }
    }
}
