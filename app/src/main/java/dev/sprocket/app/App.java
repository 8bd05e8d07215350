package dev.sprocket.app;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.thread.SingleThreaded;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.plugin.stack.Endpoints;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.annotation.WampMethods;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP, WebSocket and WAMP server in one expression:
 *
 * <pre>{@code
 * App.at("localhost", 8080).route("/chat", new Chat()).run();
 * }</pre>
 * A message component is wrapped in WebSocket, a WAMP component in WAMP and WebSocket. By default, pages of the own
 * host may connect, on any port ({@link #origins}), and the server listens on 127.0.0.1 ({@link #bind}). An application
 * whose class is not annotated with {@link ConcurrentComponent} runs on a single thread, so it can use plain fields and
 * collections; the same object on several routes runs on the same thread.
 *
 * <p>Configuration is not thread-safe; {@code close} may be called from any thread.
 */
public final class App implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(App.class);

    private final String host;
    private final int port;
    /** Initialized first, since it rejects incompatible versions of Netty. */
    private EventLoops loops = EventLoops.perCore();

    private final Router router = new Router();
    private final Topics topics = new Topics();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final IdentityHashMap<Object, SingleThreaded<WsConnection, Message>> confined = new IdentityHashMap<>();
    private String address = IoServer.DEFAULT_HOST;
    private @Nullable Origins origins;
    private @Nullable IoServer server;
    private @Nullable Endpoints started;

    private App(String host, int port) {
        this.host = host;
        this.port = port;
        this.origins = Origins.sameHost().and(host);
    }

    /**
     * Creates a server for a site.
     *
     * @param host host name of the site, whose pages may connect; {@link #bind} sets the listening address
     * @param port listening port; 0 selects a free port
     */
    public static App at(String host, int port) {
        return new App(host, port);
    }

    /** Creates a server for {@code localhost}, port 8080. */
    public static App local() {
        return at("localhost", 8080);
    }

    /**
     * Listens on this address instead of 127.0.0.1.
     *
     * <p>{@code 0.0.0.0} is all of IPv4, {@code ::} all of IPv4 and IPv6.
     */
    public App bind(String localAddress) {
        address = localAddress;
        return this;
    }

    /** Sets the origins of pages that may connect to routes added afterwards. */
    public App origins(Origins allowed) {
        origins = allowed;
        return this;
    }

    /** Lets pages of any site connect to routes added afterwards. */
    public App insecureAnyOrigin() {
        origins = null;
        return this;
    }

    /** Uses these event loops instead of one per CPU core. */
    public App loops(EventLoops shared) {
        loops = shared;
        return this;
    }

    /** Serves a component over WebSocket. */
    public App route(String path, MessageComponent<? super WsConnection, ? super Message> app) {
        return upgrade(path, new WsServer(confine(List.of(app), app)));
    }

    /**
     * Serves a WAMP component on the topics of {@link #topics}.
     *
     * <p>For {@link WampMethods}, the classes of its parts may be annotated with {@link ConcurrentComponent}; otherwise
     * the whole object runs on one thread.
     */
    public App route(String path, WampComponent app) {
        return upgrade(path, new WsServer(confine(parts(app), new WampServer(app, topics))));
    }

    /**
     * Serves the application of a realm over WAMP, with its name, topics, authenticator and options.
     *
     * <p>Create the realm with {@link #topics} to share the topics with the other routes.
     */
    public App route(String path, Realm realm) {
        return upgrade(path, new WsServer(confine(parts(realm.app()), new WampServer(realm))));
    }

    private static List<Object> parts(WampComponent app) {
        return app instanceof WampMethods methods ? methods.delegates() : List.of(app);
    }

    /** Serves a WebSocket layer, for example with other limits. */
    public App route(String path, WsServer layer) {
        return upgrade(path, layer);
    }

    /** Handles GET requests with a function. */
    public App get(String path, HttpFunction function) {
        router.get(path, function);
        return this;
    }

    /** Handles POST requests with a function. */
    public App post(String path, HttpFunction function) {
        router.post(path, function);
        return this;
    }

    /** Adds an endpoint, such as a bridge, that starts and closes together with this server. */
    public App with(Endpoint other) {
        endpoints.add(other);
        return this;
    }

    /** Returns the endpoints added by {@link #with}, in that order. */
    public List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** Returns the topics of the WAMP routes. Events published to them reach the subscribers. */
    public Topics topics() {
        return topics;
    }

    private App upgrade(String path, MessageComponent<HttpConnection, Message> layer) {
        router.upgrade(path, origins == null ? layer : new OriginFilter(origins, layer));
        return this;
    }

    private MessageComponent<? super WsConnection, ? super Message> confine(
            List<?> parts, MessageComponent<? super WsConnection, ? super Message> component) {
        if (parts.stream().allMatch(part -> part.getClass().isAnnotationPresent(ConcurrentComponent.class))) {
            return component;
        }
        SingleThreaded<WsConnection, Message> first = confined.get(parts.get(0));
        SingleThreaded<WsConnection, Message> own =
                first == null ? new SingleThreaded<>(component) : new SingleThreaded<>(component, first);
        confined.putIfAbsent(parts.get(0), own);
        return own;
    }

    @Override
    public synchronized void start() throws IOException {
        List<Endpoint> all = new ArrayList<>(endpoints);
        IoServer own = new IoServer(address, port, loops, new HttpServer(router));
        all.add(own);
        Endpoints together = new Endpoints(all, endpoints);
        together.start();
        server = own;
        started = together;
        logAddress(own);
    }

    /** Logs the listening address, which {@link #at} does not set. */
    private void logAddress(IoServer own) {
        String at = AddressText.of(own.address());
        if (own.address() instanceof InetSocketAddress inet && inet.getAddress().isLoopbackAddress()) {
            LOG.info(
                    "listening: address={} site={} (this machine only; for all addresses: bind(\"0.0.0.0\"))",
                    at,
                    host);
        } else {
            LOG.info("listening: address={} site={} (for another address: bind)", at, host);
        }
    }

    /**
     * Starts the server and waits until it is closed.
     *
     * <p>The end of the process (Ctrl-C, SIGTERM) closes it gracefully.
     */
    public void run() throws IOException, InterruptedException {
        start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "sprocket-stop"));
        started().join();
    }

    @Override
    public void close(Duration deadline) {
        Endpoints running;
        synchronized (this) {
            running = started;
        }
        if (running != null) {
            running.close(deadline);
        }
    }

    @Override
    public SocketAddress address() {
        return started().address();
    }

    /** Returns the bound port. */
    public int port() {
        return started().port();
    }

    private synchronized IoServer started() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    /** Returns {@code App at} and the host name of the site. */
    @Override
    public String toString() {
        return "App at " + host;
    }
}
