package dev.sprocket.examples;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.WsServer;

/** Echoes each message. The stack is built by hand. */
public final class Echo implements MessageComponent<Connection, Message> {
    @Override
    public void onMessage(Connection from, Message message) {
        from.send(message);
    }

    static IoServer server(int port) {
        return new IoServer(port, new HttpServer(new WsServer(new Echo())));
    }

    public static void main(String[] args) throws Exception {
        server(8080).run();
    }
}
