package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonObject;
import com.google.inject.Injector;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.spi.Engine;
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
import dev.sprocket.http.origin.Cors;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Server of the demo site: the blog of the tutorial, a chat, and all bridges. */
@ThreadSafe
final class DemoNode {
    private record Start(String flag, Endpoint endpoint) {}

    private static final String POLICY = "default-src 'self'; connect-src 'self' ws: wss:NODES; img-src 'self' data:; "
            + "style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    /** Member of the tutorial's blog entry that names its topic. */
    private static final String TOPIC_FIELD = "category";

    /** Topic that the page subscribes to first, and telnet always. */
    private static final String CATEGORY = "kittensCategory";

    private static final String CHAT = "demo.chat";

    private final int number;
    private final Demo demo;
    private final @Nullable ClusterNode cluster;
    private final Topics topics;
    private final HttpFunction site = StaticFiles.ofClasspath(DemoNode.class, "site");
    private final IoServer http;
    private final IoServer telnet;
    private final Endpoint tcp;
    private final Endpoint zmq;
    private final List<Endpoint> started = new ArrayList<>();

    /**
     * Creates a node.
     *
     * @param number number of the node, from 1
     * @param articles settings of the topics of categories
     * @param cluster connection to the other nodes, closed with this node; null if there are none
     */
    DemoNode(Demo demo, int number, Demo.Ports ports, TopicSettings articles, @Nullable ClusterNode cluster) {
        this.demo = demo;
        this.number = number;
        this.cluster = cluster;
        Function<String, TopicSettings> settings =
                topic -> topic.endsWith("Category") ? articles : TopicSettings.DEFAULT;
        this.topics = cluster == null ? new Topics(settings) : new Topics(settings, cluster.log());
        EventLoops loops = EventLoops.of(demo.loops());
        TopicChat room = new TopicChat(topics.topic(CHAT));
        Publisher publisher = new Publisher(topics).topicField(TOPIC_FIELD);
        Injector injector = Plugins.discover().injector(binder -> {
            binder.bind(EventLoops.class).toInstance(loops);
            binder.bind(Topics.class).toInstance(topics);
        });
        WampServer wamp = new WampServer(new DemoProcedures(), topics);
        this.http = new IoServer(
                demo.host(),
                ports.http(),
                loops,
                new RawSocket(wamp.overRawSocket()).or(new HttpServer(new LoopbackHostFilter(routes(room, wamp)))));
        this.telnet = new IoServer(
                demo.host(), ports.telnet(), loops, new Lines(new NewsTicker(topics.topic(CATEGORY), room)));
        FactoryRegistry factories = injector.getInstance(FactoryRegistry.class);
        this.tcp = bridge(factories.bridge("tcp"), ports.tcp(), publisher);
        this.zmq = bridge(factories.bridge("zmq"), ports.zmq(), publisher);
    }

    private static Endpoint bridge(BridgeFactory factory, int port, Publisher publisher) {
        return factory.create(factory.settings("port = " + port), publisher);
    }

    private Router routes(TopicChat room, WampServer server) {
        MessageComponent<HttpConnection, Message> wamp = webSocket(server);
        HttpPush push = HttpPush.builder(topics).topicField(TOPIC_FIELD).build();
        Router router = new Router()
                .upgrade("/", wamp)
                .upgrade("/wamp", wamp)
                .upgrade("/echo", webSocket(new EchoServer()))
                .upgrade("/chat", webSocket(room))
                .route("GET", "/events/{topic}", forPagesOfNodes(new SseSubscriber(topics)))
                .get("/", this::page)
                .get("/{path*}", this::page)
                .route("GET", "/demo.json", forPagesOfNodes(function(request -> HttpResponse.json(addresses()))))
                .get("/health", request -> HttpResponse.json("{\"status\":\"up\"}"));
        Router pushes = push.on(new Router(), "/push");
        MessageComponent<? super HttpConnection, ? super Message> guarded =
                forPagesOfNodes(new LoopbackClientsOnly("push", pushes));
        router = router.route("POST", "/push", guarded).route("POST", "/push/{topic}", guarded);
        return demo.size() == 1 ? router : router.route("POST", "/nodes/{number}/{command}", commands());
    }

    private static MessageComponent<HttpConnection, Message> function(HttpFunction function) {
        return function.toComponent();
    }

    /** Allows pages of the other nodes, which are other origins. */
    private MessageComponent<? super HttpConnection, ? super Message> forPagesOfNodes(
            MessageComponent<? super HttpConnection, ? super Message> component) {
        return demo.size() == 1 ? component : new Cors(demo.origins(), component);
    }

    /** Starts and stops nodes, for pages of the nodes and for programs of this machine. */
    private MessageComponent<HttpConnection, Message> commands() {
        Origins origins = demo.origins();
        HttpFunction run = request -> demo.command(
                request.pathParameter("number").orElse(""),
                request.pathParameter("command").orElse(""));
        return new Cors(origins, new OriginFilter(origins, new LoopbackClientsOnly("command", function(run))));
    }

    /** Allows pages of this host, on any port, and clients without Origin header. */
    private static MessageComponent<HttpConnection, Message> webSocket(
            MessageComponent<? super WsConnection, ? super Message> app) {
        return new OriginFilter(Origins.sameHost(), new WsServer(app));
    }

    private HttpResponse page(HttpRequest request) throws Exception {
        String policy = POLICY.replace("NODES", demo.urls(request.host()));
        return site.handle(request).header("Content-Security-Policy", policy);
    }

    private String addresses() {
        JsonObject addresses = new JsonObject();
        addresses.addProperty("host", demo.host());
        addresses.addProperty("http", http.port());
        addresses.addProperty("tcp", port(tcp));
        addresses.addProperty("zmq", port(zmq));
        addresses.addProperty("telnet", telnet.port());
        if (demo.size() > 1) {
            addresses.addProperty("node", number);
            addresses.add("nodes", demo.nodes());
        }
        return addresses.toString();
    }

    /** Returns the ports that it listens on. */
    Demo.Ports ports() {
        return new Demo.Ports(http.port(), port(tcp), port(zmq), telnet.port());
    }

    /** Returns the state of the engine; up if there is none. */
    Engine.State engine() {
        return cluster == null ? Engine.State.UP : cluster.state();
    }

    private static int port(Endpoint endpoint) {
        return ((InetSocketAddress) endpoint.address()).getPort();
    }

    /** Starts all endpoints, or none after an error. */
    void start() throws IOException {
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

    void close(Duration deadline) {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close(deadline);
        }
        if (cluster != null) {
            cluster.close();
        }
    }
}
