import java.net.URI;
import ws.wamp.jawampa.WampRouter;
import ws.wamp.jawampa.WampRouterBuilder;
import ws.wamp.jawampa.transport.netty.SimpleWampWebsocketListener;

/** Starts the router of jawampa as described in its README. */
public class Router {
    public static void main(String[] args) throws Exception {
        WampRouterBuilder builder = new WampRouterBuilder();
        builder.addRealm("realm1");
        WampRouter router = builder.build();
        new SimpleWampWebsocketListener(router, URI.create("ws://127.0.0.1:" + args[1] + "/"), null).start();
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }
}
