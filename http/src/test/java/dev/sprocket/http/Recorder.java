package dev.sprocket.http;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.ArrayList;
import java.util.List;

/** Component that records callbacks, and leaves responses to the test. */
public final class Recorder implements MessageComponent<HttpConnection, Message> {
    public final List<String> seen = new ArrayList<>();
    public final List<HttpConnection> opened = new ArrayList<>();

    public HttpConnection last() {
        return opened.get(opened.size() - 1);
    }

    @Override
    public void onOpen(HttpConnection conn) {
        opened.add(conn);
        seen.add("open " + HttpRequest.of(conn).target());
    }

    @Override
    public void onMessage(HttpConnection from, Message message) {
        seen.add("message " + message.text());
    }

    @Override
    public void onClose(HttpConnection conn) {
        seen.add("close " + HttpRequest.of(conn).target());
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) {
        seen.add("error " + cause);
    }
}
