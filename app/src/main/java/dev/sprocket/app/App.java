package dev.sprocket.app;

import dev.sprocket.core.AddressText;
import dev.sprocket.core.CommandAdapter;
import dev.sprocket.core.CommandComponent;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.EventLoops;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SingleThreaded;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.OriginFilter;
import dev.sprocket.http.Origins;
import dev.sprocket.http.Router;
import dev.sprocket.plugin.Endpoints;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Realm;
import dev.sprocket.wamp.WampCommandAdapter;
import dev.sprocket.wamp.WampCommandComponent;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampMethods;
import dev.sprocket.wamp.WampServer;
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
 * A server in one expression:
 *
 * <pre>{@code
 * App.at("localhost", 8080).route("/chat", new Chat()).run();
 * }</pre>
 *
 * A message component is wrapped in WebSocket, a WAMP component in WAMP and WebSocket. Pages of the site's own host may
 * connect, on any port, unless {@link #origins} says otherwise. It listens on 127.0.0.1 unless {@link #bind} says
 * otherwise. An application whose class does not carry {@link ConcurrentComponent} is confined to one thread of its
 * own, so plain fields and collections in it are correct; the same object on several routes stays on one thread.
 *
 * <p>Threads: put together by one; {@code close} may be called by any.
 */
public final class App implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(App.class);

    private final String host;
    private final int port;
    /** First, since it refuses a Netty that does not fit. */
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
     * A server that is reached under a name.
     *
     * @param host the name of the site, whose pages may connect; the address to listen on is said by {@link #bind}
     * @param port 0 takes a free one
     */
    public static App at(String host, int port) {
        return new App(host, port);
    }

    /** {@code localhost}, port 8080. */
    public static App local() {
        return at("localhost", 8080);
    }

    /**
     * Listens on this address instead of 127.0.0.1; {@code 0.0.0.0} is all of IPv4, {@code ::} all of both families.
     */
    public App bind(String localAddress) {
        address = localAddress;
        return this;
    }

    /** Which pages may connect on the routes that are added from now on. */
    public App origins(Origins allowed) {
        origins = allowed;
        return this;
    }

    /** Lets any page connect on the routes that are added from now on, also those of a stranger's site. */
    public App insecureAnyOrigin() {
        origins = null;
        return this;
    }

    /** Uses these event loops instead of one for each core. */
    public App loops(EventLoops shared) {
        loops = shared;
        return this;
    }

    /** Serves an application under WebSocket. */
    public App route(String path, MessageComponent<? super WsConnection, ? super Message> app) {
        return upgrade(path, new WsServer(confine(List.of(app), app)));
    }

    /** Serves an application in the command style under WebSocket. */
    public App route(String path, CommandComponent<? super WsConnection, ? super Message> app) {
        return upgrade(path, new WsServer(confine(List.of(app), new CommandAdapter<>(app))));
    }

    /**
     * Serves an application under WAMP, on the topics of {@link #topics}. Of {@link WampMethods} it is the classes of
     * its parts that may carry {@link ConcurrentComponent}, and the object itself that stays on one thread.
     */
    public App route(String path, WampComponent app) {
        return upgrade(path, new WsServer(confine(parts(app), new WampServer(app, topics))));
    }

    /**
     * Serves the application of a realm under WAMP, with the realm's name, topics, authenticator and options. The
     * topics are those that the realm was made with; give it {@link #topics} to share them with the other routes.
     */
    public App route(String path, Realm realm) {
        return upgrade(path, new WsServer(confine(parts(realm.app()), new WampServer(realm))));
    }

    private static List<Object> parts(WampComponent app) {
        return app instanceof WampMethods methods ? methods.delegates() : List.of(app);
    }

    /** As above, in the command style. */
    public App route(String path, WampCommandComponent app) {
        return upgrade(path, new WsServer(confine(List.of(app), new WampServer(new WampCommandAdapter(app), topics))));
    }

    /** Serves a WebSocket layer that was put together by hand. */
    public App route(String path, WsServer layer) {
        return upgrade(path, layer);
    }

    /** Answers GET requests with a function. */
    public App get(String path, HttpFunction function) {
        router.get(path, function);
        return this;
    }

    /** Answers POST requests with a function. */
    public App post(String path, HttpFunction function) {
        router.post(path, function);
        return this;
    }

    /** Starts and closes another endpoint, such as a bridge, together with this server. */
    public App with(Endpoint other) {
        endpoints.add(other);
        return this;
    }

    /** The endpoints that were added by {@link #with}, in that order. */
    public List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** The topics of the WAMP routes; what is broadcast here reaches their subscribers. */
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

    /** Whoever took the first argument of {@link #at} for the address finds here what it is. */
    private void logAddress(IoServer own) {
        String at = AddressText.of(own.address());
        if (own.address() instanceof InetSocketAddress inet && inet.getAddress().isLoopbackAddress()) {
            LOG.info(
                    "listening address={} site={} (this machine only; for all addresses: bind(\"0.0.0.0\"))", at, host);
        } else {
            LOG.info("listening address={} site={} (for another address: bind)", at, host);
        }
    }

    /** Starts, and returns when it was closed; the end of the process (Ctrl-C, SIGTERM) closes it in good order. */
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

    /** The port that was really bound. */
    public int port() {
        return started().port();
    }

    private synchronized IoServer started() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    /** The name of the site. */
    @Override
    public String toString() {
        return "App at " + host;
    }
}
