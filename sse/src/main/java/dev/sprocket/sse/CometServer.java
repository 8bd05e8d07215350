package dev.sprocket.sse;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.EventStream;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.SseConnection;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes one connection of several requests (Comet), for clients whose proxies break WebSocket: {@code GET} listens, to an event
 * stream or by long polls, and {@code POST} sends. The component above knows no difference:
 *
 * <pre>{@code
 * CometServer comet = new CometServer(chat);
 * router.route("GET", "/chat", comet).route("POST", "/chat", comet).route("DELETE", "/chat", comet);
 * }</pre>
 *
 * <p>The wire is described on the page of this package. A connection is known by an id that cannot be guessed, to requests on the
 * same path and by the same {@link dev.sprocket.http.User}. It ends when the application closes it, the client deletes it, or nobody
 * has listened for a while ({@link CometOptions}).
 *
 * <p>Threads: as the stack around it; the callbacks of a connection come from the event loop of the request that opened it.
 */
@ConcurrentComponent
public final class CometServer implements MessageComponent<HttpConnection, Message> {
    static final HttpResponse UNKNOWN =
            HttpResponse.error(404, "no connection of this id (expected: one that is open)");

    private final AttributeKey<CometConnection> key =
            AttributeKey.of("comet connection", "was CometServer.onOpen called?");
    private final MessageComponent<? super Connection, ? super Message> app;
    private final CometOptions options;
    private final CometSessions sessions;
    private final AsyncFilter streams;

    /** Serves a component. */
    public CometServer(MessageComponent<? super Connection, ? super Message> app) {
        this(app, CometOptions.DEFAULT);
    }

    /** As above, with options. */
    public CometServer(MessageComponent<? super Connection, ? super Message> app, CometOptions options) {
        this(app, options, new CometSessions());
    }

    /** As above, with connections that it shares with other servers. */
    public CometServer(
            MessageComponent<? super Connection, ? super Message> app, CometOptions options, CometSessions sessions) {
        this.app = app;
        this.options = options;
        this.sessions = sessions;
        this.streams = new AsyncFilter(this::checkListen, new EventStream(new Listener(), options.keepAlive()));
    }

    /** The connections. */
    public CometSessions sessions() {
        return sessions;
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
                with(conn, request.queryParameter("id"), known -> {
                    known.leave();
                    conn.respond(HttpResponse.of(204));
                });
            default ->
                conn.respond(
                        HttpResponse.error(405, "expected: GET, POST, DELETE").header("Allow", "GET, POST, DELETE"));
        }
    }

    private Optional<CometConnection> find(HttpConnection conn, Optional<String> id) {
        return id.filter(given -> given.length() == CometSessions.ID_LENGTH)
                .flatMap(sessions::find)
                .filter(known -> known.openingRequest().matches(conn));
    }

    private interface Action {
        void run(CometConnection known);
    }

    /** Does something about the connection that a request means, on its event loop. */
    private void with(HttpConnection conn, Optional<String> id, Action action) {
        Optional<CometConnection> known = find(conn, id);
        if (known.isEmpty() || !known.get().onLoop(() -> action.run(known.get()))) {
            conn.respond(UNKNOWN);
        }
    }

    private Optional<CometConnection> open(HttpConnection conn) {
        if (sessions.size() >= options.connections()) {
            return Optional.empty();
        }
        CometConnection fresh = new CometConnection(app, sessions, options, conn);
        key.set(conn, fresh);
        fresh.start();
        return Optional.of(fresh);
    }

    private HttpResponse tooManyConnections() {
        return HttpResponse.error(503, "more than " + options.connections() + " connections");
    }

    /** What is asked before a stream begins. */
    private CompletionStage<Optional<HttpResponse>> checkListen(HttpConnection conn) {
        Optional<CometPosition> position = CometPosition.of(HttpRequest.of(conn));
        if (position.isEmpty()) {
            return CompletableFuture.completedStage(
                    open(conn).isPresent() ? Optional.empty() : Optional.of(tooManyConnections()));
        }
        CompletableFuture<Optional<HttpResponse>> answer = new CompletableFuture<>();
        Optional<CometConnection> known = find(conn, Optional.of(position.get().id()));
        if (known.isEmpty()
                || !known.get().onLoop(() -> {
                    key.set(conn, known.get());
                    boolean goesOn =
                            known.get().delivery().resume(position.get().after());
                    answer.complete(goesOn ? Optional.empty() : Optional.of(gapResponse(known.get())));
                })) {
            answer.complete(Optional.of(UNKNOWN));
        }
        return answer;
    }

    /** What a client has missed is not there any more: it must notice, and begin anew. */
    private static HttpResponse gapResponse(CometConnection known) {
        known.leave();
        return HttpResponse.error(404, "what came after that message is not kept any more; closed");
    }

    private final class Listener implements MessageComponent<SseConnection, Message> {
        @Override
        public void onOpen(SseConnection stream) {
            CometConnection known = key.get(stream);
            known.onLoop(() -> known.delivery().attach(stream));
        }

        @Override
        public void onMessage(SseConnection from, Message message) {}

        @Override
        public void onClose(SseConnection stream) {
            CometConnection known = key.get(stream);
            known.onLoop(() -> known.delivery().listenerClosed(stream));
        }
    }

    private void poll(HttpConnection conn) {
        Optional<CometPosition> position = CometPosition.of(HttpRequest.of(conn));
        if (position.isEmpty()) {
            Optional<CometConnection> fresh = open(conn);
            if (fresh.isEmpty()) {
                conn.respond(tooManyConnections());
            } else {
                fresh.get().delivery().attach(conn, true);
            }
            return;
        }
        with(conn, Optional.of(position.get().id()), known -> {
            key.set(conn, known);
            if (known.delivery().resume(position.get().after())) {
                known.delivery().attach(conn, false);
            } else {
                conn.respond(gapResponse(known));
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
            conn.respond(HttpResponse.error(400, "n: no number (expected: 1, 2, 3 …)"));
        } else if (!binary && !ByteBufUtil.isText(body.content(), StandardCharsets.UTF_8)) {
            conn.respond(HttpResponse.error(
                    400,
                    "a text that is not UTF-8 (expected: UTF-8, or a Content-Type of" + " application/octet-stream)"));
        } else {
            // the request, and its body with it, may be over before the other event loop comes to it
            Message kept = binary ? body.copy() : Message.text(body.text());
            with(conn, request.queryParameter("id"), known -> conn.respond(known.receive(kept, number)));
        }
    }

    /** Never called: no request is upgraded here. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}

    @Override
    public void onError(HttpConnection conn, Throwable cause) throws Exception {
        streams.onError(conn, cause);
    }

    @Override
    public void onClose(HttpConnection conn) {
        streams.onClose(conn);
        CometConnection known = key.peek(conn);
        if (known != null) {
            known.onLoop(() -> known.delivery().listenerClosed(conn));
        }
    }
}
