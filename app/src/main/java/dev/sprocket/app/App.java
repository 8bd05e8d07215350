package dev.sprocket.app;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.Endpoints;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.thread.SingleThreaded;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * HTTP, WebSocket and WAMP server in one expression:
 *
 * <pre>{@code
 * App.listen("0.0.0.0", 8080).site("example.com").route("/chat", new Chat()).run();
 * }</pre>
 * A message component is wrapped in WebSocket, a WAMP component in WAMP and WebSocket. By default, pages of the
 * requested host may connect, on any port; {@link #site} adds hosts. An application whose class is not annotated with
 * {@link ConcurrentComponent} runs on a single thread, so it can use plain fields and collections; the same object on
 * several routes runs on the same thread.
 *
 * <p>A builder: its methods change it and return it, until {@code start}. They are not thread-safe; {@code close} may
 * be called from any thread.
 */
public final class App implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(App.class);

    private static final String LOCALHOST = "localhost";
    /** Letter that no IPv4 or IPv6 address contains. */
    private static final Pattern NAME = Pattern.compile("[g-zG-Z]");

    private final String host;
    private final int port;
    /** Initialized first, since it rejects incompatible versions of Netty. */
    private EventLoops loops = EventLoops.perCore();

    private Router router = new Router();
    private boolean hasUpgrades;
    private final Topics topics = new Topics();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final IdentityHashMap<Object, SingleThreaded<WsConnection, Message>> confined = new IdentityHashMap<>();
    private final List<String> sites = new ArrayList<>();
    private @Nullable Origins origins = Origins.sameHost();
    private @Nullable IoServer server;
    private @Nullable Endpoints started;

    private App(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /**
     * Creates a server that listens on an address of this machine.
     *
     * @param host local address: {@code 127.0.0.1} or {@code localhost} for this machine only, {@code 0.0.0.0} for all
     *     of IPv4, {@code ::} for all of IPv4 and IPv6; the host names of the site belong into {@link #site}
     * @param port port from 0 to 65535; 0 selects a free port, see {@link #port}
     */
    public static App listen(String host, int port) {
        return new App(host, port);
    }

    /** Creates a server that listens on 127.0.0.1; port 0 selects a free port. */
    public static App listen(int port) {
        return listen(IoServer.DEFAULT_HOST, port);
    }

    /**
     * Adds host names of the site, whose pages may connect.
     *
     * <p>Pages of the requested host may connect without this, except to a client at a loopback address (see {@link
     * Origins#sameHost}): a proxy on this machine, or a test by {@code /etc/hosts}, needs the name.
     *
     * @param names host names such as {@code example.com}, or patterns of {@link Origins#of}
     * @throws IllegalArgumentException if no page can match a name
     * @throws IllegalStateException if a route was added already, because its origins are fixed
     */
    @CanIgnoreReturnValue
    public App site(String... names) {
        requireConfigurable();
        if (hasUpgrades) {
            throw new IllegalStateException("site after route (expected: site before the first route)");
        }
        if (origins != null) {
            origins = origins.and(names);
        }
        sites.addAll(List.of(names));
        return this;
    }

    /** Sets the origins of routes added afterwards, instead of same host and site. */
    @CanIgnoreReturnValue
    public App origins(Origins allowed) {
        requireConfigurable();
        origins = allowed;
        return this;
    }

    /** Lets pages of any site connect to routes added afterwards. */
    @CanIgnoreReturnValue
    public App insecureAnyOrigin() {
        requireConfigurable();
        origins = null;
        return this;
    }

    private void requireConfigurable() {
        if (isStarted()) {
            throw new IllegalStateException("already started (expected: configure before start)");
        }
    }

    private synchronized boolean isStarted() {
        return started != null;
    }

    /** Uses these event loops instead of one per CPU core. */
    @CanIgnoreReturnValue
    public App loops(EventLoops shared) {
        requireConfigurable();
        loops = shared;
        return this;
    }

    /** Serves a component over WebSocket. */
    @CanIgnoreReturnValue
    public App route(String path, MessageComponent<? super WsConnection, ? super Message> app) {
        return upgrade(path, new WsServer(confine(List.of(app), app)));
    }

    /**
     * Serves a WAMP component on the topics of {@link #topics}.
     *
     * <p>For {@link WampMethods}, the classes of its parts may be annotated with {@link ConcurrentComponent}; otherwise
     * the whole object runs on one thread.
     */
    @CanIgnoreReturnValue
    public App route(String path, WampComponent app) {
        return upgrade(path, new WsServer(confine(parts(app), new WampServer(app, topics))));
    }

    /**
     * Serves the application of a realm over WAMP, with its name, topics, authenticator and options.
     *
     * <p>Create the realm with {@link #topics} to share the topics with the other routes.
     */
    @CanIgnoreReturnValue
    public App route(String path, Realm realm) {
        return upgrade(path, new WsServer(confine(parts(realm.app()), new WampServer(realm))));
    }

    private static List<Object> parts(WampComponent app) {
        return app instanceof WampMethods methods ? methods.delegates() : List.of(app);
    }

    /** Serves a WebSocket layer, for example with other limits. */
    @CanIgnoreReturnValue
    public App route(String path, WsServer layer) {
        return upgrade(path, layer);
    }

    /** Handles GET requests with a function. */
    @CanIgnoreReturnValue
    public App get(String path, HttpFunction function) {
        requireConfigurable();
        router = router.get(path, function);
        return this;
    }

    /** Handles POST requests with a function. */
    @CanIgnoreReturnValue
    public App post(String path, HttpFunction function) {
        requireConfigurable();
        router = router.post(path, function);
        return this;
    }

    /** Adds an endpoint, such as a bridge, that starts and closes together with this server. */
    @CanIgnoreReturnValue
    public App with(Endpoint other) {
        requireConfigurable();
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

    @CanIgnoreReturnValue
    private App upgrade(String path, MessageComponent<HttpConnection, Message> layer) {
        requireConfigurable();
        hasUpgrades = true;
        router = router.upgrade(path, origins == null ? layer : new OriginFilter(origins, layer));
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
        IoServer own = new IoServer(host, port, loops, new HttpServer(router));
        all.add(own);
        Endpoints together = new Endpoints(all, endpoints);
        try {
            together.start();
        } catch (IOException e) {
            throw isForeignName(e) ? withAdvice(e) : e;
        }
        server = own;
        started = together;
        logAddress(own);
    }

    /** Reports whether the host is a name, but not one of this machine. */
    private boolean isForeignName(IOException e) {
        return NAME.matcher(host).find()
                && !LOCALHOST.equals(host)
                && String.valueOf(e.getMessage()).startsWith("cannot listen on " + host + ":" + port + ": ")
                && !String.valueOf(e.getMessage()).endsWith("in use");
    }

    private static IOException withAdvice(IOException e) {
        return new IOException(
                e.getMessage() + " (expected: an address of this machine; the site's name belongs into App.site)", e);
    }

    /** Logs the listening address and the site. */
    private void logAddress(IoServer own) {
        String at = AddressText.of(own.address());
        String site = sites.isEmpty() ? "none" : String.join(",", sites);
        if (own.address() instanceof InetSocketAddress inet && inet.getAddress().isLoopbackAddress()) {
            LOG.info(
                    "listening: address={} site={} (this machine only; for all addresses: listen(\"0.0.0.0\", …))",
                    at,
                    site);
        } else {
            LOG.info("listening: address={} site={}", at, site);
        }
    }

    /**
     * Starts the server and waits until it is closed.
     *
     * <p>The end of the process (Ctrl-C, SIGTERM) closes it gracefully. Without an SLF4J provider, which would log the
     * address, prints it.
     */
    public void run() throws IOException, InterruptedException {
        start();
        if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
            System.out.println("listening on " + AddressText.of(address())
                    + " (add an SLF4J provider, such as slf4j-simple, to see the log)");
        }
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

    /** Returns {@code App on} and the address to listen on. */
    @Override
    public String toString() {
        return "App on " + host + ":" + port;
    }
}
