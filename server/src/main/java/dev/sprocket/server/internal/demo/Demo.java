package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonObject;
import com.google.inject.Injector;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.text.Lines;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.files.StaticFiles;
import dev.sprocket.http.internal.loopback.LoopbackHostFilter;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import dev.sprocket.sse.SseSubscriber;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Demo site: the blog of the tutorial, a chat, and all bridges. */
@ThreadSafe
public final class Demo {
    /** Listening ports; 0 selects a free port. */
    public record Ports(int http, int tcp, int zmq, int telnet) {}

    private record Start(String flag, Endpoint endpoint) {}

    private static final String POLICY = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; "
            + "style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    /** Member of the tutorial's blog entry that names its topic. */
    private static final String TOPIC_FIELD = "category";

    /** Topic that the page subscribes to first, and telnet always. */
    private static final String CATEGORY = "kittensCategory";

    private final String host;
    private final Topics topics;
    private final HttpFunction site = StaticFiles.ofClasspath(Demo.class, "site");
    private final IoServer http;
    private final IoServer telnet;
    private final Endpoint tcp;
    private final Endpoint zmq;
    private final List<Endpoint> started = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Creates the demo.
     *
     * @param articles settings of the topics of categories
     */
    public Demo(String host, Ports ports, TopicSettings articles, EventLoops loops) {
        this.host = host;
        this.topics = new Topics(topic -> topic.endsWith("Category") ? articles : TopicSettings.DEFAULT);
        ChatRoom room = new ChatRoom();
        Publisher publisher = new Publisher(topics).topicField(TOPIC_FIELD);
        Injector injector = Plugins.discover().injector(binder -> {
            binder.bind(EventLoops.class).toInstance(loops);
            binder.bind(Topics.class).toInstance(topics);
        });
        WampServer wamp = new WampServer(new DemoProcedures(), topics);
        this.http = new IoServer(
                host,
                ports.http(),
                loops,
                new RawSocket(wamp.overRawSocket()).or(new HttpServer(new LoopbackHostFilter(routes(room, wamp)))));
        this.telnet =
                new IoServer(host, ports.telnet(), loops, new Lines(new NewsTicker(topics.topic(CATEGORY), room)));
        FactoryRegistry factories = injector.getInstance(FactoryRegistry.class);
        this.tcp = bridge(factories.bridge("tcp"), ports.tcp(), publisher);
        this.zmq = bridge(factories.bridge("zmq"), ports.zmq(), publisher);
    }

    private static Endpoint bridge(BridgeFactory factory, int port, Publisher publisher) {
        return factory.create(factory.settings("port = " + port), publisher);
    }

    private Router routes(ChatRoom room, WampServer server) {
        MessageComponent<HttpConnection, Message> wamp = webSocket(server);
        HttpPush push = HttpPush.builder(topics).topicField(TOPIC_FIELD).build();
        Router router = new Router()
                .upgrade("/", wamp)
                .upgrade("/wamp", wamp)
                .upgrade("/echo", webSocket(new EchoServer()))
                .upgrade("/chat", webSocket(room))
                .route("GET", "/events/{topic}", new SseSubscriber(topics))
                .get("/", this::page)
                .get("/{path*}", this::page)
                .get("/demo.json", request -> HttpResponse.json(addresses()))
                .get("/health", request -> HttpResponse.json("{\"status\":\"up\"}"));
        Router pushes = push.on(new Router(), "/push");
        MessageComponent<HttpConnection, Message> guarded = new LoopbackClientsOnly(pushes);
        return router.route("POST", "/push", guarded).route("POST", "/push/{topic}", guarded);
    }

    /** Allows pages of this host, on any port, and clients without Origin header. */
    private static MessageComponent<HttpConnection, Message> webSocket(
            MessageComponent<? super WsConnection, ? super Message> app) {
        return new OriginFilter(Origins.sameHost(), new WsServer(app));
    }

    private HttpResponse page(HttpRequest request) throws Exception {
        return site.handle(request).header("Content-Security-Policy", POLICY);
    }

    private String addresses() {
        JsonObject addresses = new JsonObject();
        addresses.addProperty("host", host);
        addresses.addProperty("http", http.port());
        addresses.addProperty("tcp", port(tcp));
        addresses.addProperty("zmq", port(zmq));
        addresses.addProperty("telnet", telnet.port());
        return addresses.toString();
    }

    private static int port(Endpoint endpoint) {
        return ((InetSocketAddress) endpoint.address()).getPort();
    }

    /** Starts all endpoints, or none after an error. */
    public void start() throws IOException {
        for (Start start : List.of(
                new Start("--tcp-port", tcp),
                new Start("--zmq-port", zmq),
                new Start("--telnet-port", telnet),
                new Start("--port", http))) {
            try {
                start.endpoint.start();
                started.add(start.endpoint);
            } catch (IOException e) {
                close(Duration.ZERO);
                throw new IOException(e.getMessage() + " (" + start.flag + " selects another port)", e);
            }
        }
    }

    public String banner() {
        String at = displayHost() + ":" + http.port();
        String note = isLoopback(host) ? "" : "\n  POST pushes are accepted from this machine only\n";
        return String.join(
                "\n",
                "",
                "  page        http://" + at + "/",
                "  WebSocket   ws://" + at + "/wamp     WAMP v1 and v2; also /",
                "              tcp://" + at + "         WAMP v2 over RawSocket",
                "              ws://" + at + "/chat     chat",
                "              ws://" + at + "/echo     echo",
                "  telnet      " + displayHost() + ":" + telnet.port() + "               chat and new articles",
                "  events      GET http://" + at + "/events/TOPIC",
                "  push        POST http://" + at + "/push/TOPIC",
                "              tcp://127.0.0.1:" + port(tcp) + "         one JSON object per line",
                "              tcp://127.0.0.1:" + port(zmq) + "         ZeroMQ, for a PUSH socket",
                "  health      http://" + at + "/health",
                note,
                "Sprocket is ready: http://" + at + "/");
    }

    /** Returns an address that a browser on this machine can open. */
    private String displayHost() {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "0:0:0:0:0:0:0:0" -> "[::1]";
            default -> host.contains(":") ? "[" + host + "]" : host;
        };
    }

    private static boolean isLoopback(String host) {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        return address != null && address.isLoopbackAddress();
    }

    public void join() throws InterruptedException {
        closed.await();
    }

    public void close(Duration deadline) {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close(deadline);
        }
        closed.countDown();
    }
}
