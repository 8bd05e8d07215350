package com.example.calc;

import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.json.Json;
import dev.sprocket.core.json.JsonConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.WampMethods;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Serves an annotated procedure and JSON objects until standard input ends. */
public final class Main {
    record Point(int x, int y) {}

    private static final class Calculator {
        @Procedure("com.example.add")
        private Point add(Point a, Point b) {
            return new Point(a.x() + b.x(), a.y() + b.y());
        }
    }

    private static final class Mirror implements MessageComponent<JsonConnection<Point>, Point> {
        @Override
        public void onMessage(JsonConnection<Point> from, Point point) {
            from.send(new Point(point.y(), point.x()));
        }
    }

    private Main() {}

    /** Starts the part that the argument names, or both. */
    public static void main(String[] args) throws Exception {
        String part = args.length == 0 ? "" : args[0];
        Router router = new Router();
        if (!part.equals("json")) {
            router = router.upgrade(
                    "/calc", new WsServer(new WampServer(WampMethods.of(new Calculator()), new Topics())));
        }
        if (!part.equals("procedure")) {
            router = router.upgrade("/mirror", new WsServer(new Json<>(Point.class, new Mirror())));
        }
        IoServer server = new IoServer("127.0.0.1", 0, EventLoops.single(), new HttpServer(router));
        server.start();
        System.out.println("port=" + ((InetSocketAddress) server.address()).getPort());
        while (System.in.read() >= 0) {}
        server.close(Duration.ZERO);
    }
}
