package dev.sprocket.examples;

import dev.sprocket.comet.CometServer;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.io.Endpoints;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.text.Lines;
import dev.sprocket.core.thread.SingleThreaded;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.legacy.websocket.OldDrafts;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsServer;
import java.nio.file.Path;
import java.util.List;

/** Serves one chat to all kinds of clients. */
public final class WriteOnce {
    /** Returns the servers of the chat. Port 0 selects a free port. */
    public static Endpoints servers(int plain, int secure, int telnet, Tls tls) {
        var chat = new SingleThreaded<Connection, Message>(new Chat());
        var comet = new CometServer(chat);
        var web = new HttpServer(new Router()
                .upgrade("/chat", new WsServer(chat).compress(Deflate.DEFAULT).alsoAccept(OldDrafts.ALL))
                .route("GET", "/chat", comet)
                .route("POST", "/chat", comet)
                .route("DELETE", "/chat", comet));
        return new Endpoints(List.of(
                new IoServer(plain, web),
                IoServer.builder(web).bind(secure).tls(tls).build(),
                new IoServer(telnet, new Lines(chat))));
    }

    public static void main(String[] args) throws Exception {
        Endpoints servers = servers(8080, 8443, 8023, Tls.pem(Path.of("cert.pem"), Path.of("key.pem")));
        servers.start();
        servers.join();
    }
}
