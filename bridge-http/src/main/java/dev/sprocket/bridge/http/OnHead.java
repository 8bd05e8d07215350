package dev.sprocket.bridge.http;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Message;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.TakesHead;
import dev.sprocket.http.WholeBody;
import java.util.function.Consumer;

/** Refuses requests by their heads, before their bodies are taken. Threads: any. */
@Concurrent
final class OnHead extends Forwarding<HttpConnection, Message> implements TakesHead {
    private final Consumer<HttpRequest> check;

    /**
     * Around what answers a request.
     *
     * @param check throws {@link Refused}
     */
    OnHead(Consumer<HttpRequest> check, OnRequest inner) {
        super(WholeBody.before(inner));
        this.check = check;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        try {
            check.accept(HttpRequest.of(conn));
        } catch (Refused e) {
            conn.respond(e.answer());
            return;
        }
        super.onOpen(conn);
    }
}
