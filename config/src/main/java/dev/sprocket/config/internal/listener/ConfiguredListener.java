package dev.sprocket.config.internal.listener;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import dev.sprocket.config.internal.diagram.StackPrinter;
import dev.sprocket.config.internal.reload.HotSwap;
import dev.sprocket.config.internal.reload.LiveFilters;
import dev.sprocket.config.internal.schema.ConfigSchema;
import dev.sprocket.config.internal.schema.ConfiguredAddress;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.route.Router;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Listener of a configuration: its sockets and its stack. Not thread-safe. */
public final class ConfiguredListener {
    private static final StackType SOCKET = StackType.messages(Connection.class);
    private static final StackType HTTP = StackType.messages(HttpConnection.class);

    private final String name;
    private final Settings settings;
    private final List<String> diagram = new ArrayList<>();
    private final HotSwap<Connection> stack;
    /** Shared by all versions of this listener, so open connections use the newest routes. */
    private final HotSwap<HttpConnection> routes;
    /** Routes of this version; null if the listener has a component instead. */
    private @Nullable Router router;
    /** Stacks of the routes, by host, path and methods. */
    private Map<String, Component<?>> routeStacks = new HashMap<>();

    private @Nullable Tls tls;

    private ConfiguredListener(String name, Settings settings, HotSwap<HttpConnection> routes) {
        this.name = name;
        this.settings = settings;
        this.stack = new HotSwap<>((from, message) -> from.close());
        this.routes = routes;
    }

    /** Returns a listener without a stack, to check the sockets of an invalid listener. */
    public static ConfiguredListener withoutStack(String name, Settings settings) {
        return new ConfiguredListener(name, settings, new HotSwap<>((from, message) -> from.close()));
    }

    /**
     * Builds a listener; empty after an error, which is added to {@code problems}.
     *
     * @param serving current listener of this name, which is {@linkplain #update updated} to the new one
     */
    public static Optional<ConfiguredListener> read(
            String name,
            Settings settings,
            Optional<ConfiguredListener> serving,
            StackBuilder builder,
            RouterBuilder http,
            ConfigErrors problems) {
        HotSwap<HttpConnection> routes =
                serving.map(s -> s.routes).orElseGet(() -> new HotSwap<>((from, message) -> from.close()));
        ConfiguredListener listener = new ConfiguredListener(name, settings, routes);
        List<FactoryRef> layers = new ArrayList<>(settings.get(ConfigSchema.LAYERS));
        List<Settings> paths = settings.get(ConfigSchema.ROUTES);
        Optional<FactoryRef> component = settings.get(ConfigSchema.COMPONENT);
        ConfigOrigin at = settings.origin();
        if (!settings.isValid(ConfigSchema.ROUTES) && paths.isEmpty()) {
            return Optional.empty();
        }
        if (paths.isEmpty() == component.isEmpty()) {
            problems.add(
                    at,
                    "listener " + name + ": " + (paths.isEmpty() ? "neither" : "both") + " routes "
                            + (paths.isEmpty() ? "nor" : "and") + " component (expected: one of them)");
            return Optional.empty();
        }
        if (!paths.isEmpty() && layers.stream().noneMatch(ref -> ref.name().equals("http"))) {
            layers.add(new FactoryRef("http", ConfigFactory.empty().root().withOrigin(at), at));
        }
        IneffectiveKeys.warn(settings, problems);
        if (listener.isExposed()) {
            component.ifPresent(ref -> builder.warnExposed(ref, layers));
            paths.forEach(path -> {
                List<FactoryRef> around = new ArrayList<>(layers);
                around.addAll(path.get(ConfigSchema.LAYERS));
                path.get(ConfigSchema.COMPONENT).ifPresent(ref -> builder.warnExposed(ref, around));
            });
        }
        StackBuilder.InnerComponent core;
        if (component.isPresent()) {
            core = builder.component(component.get()).orElse(null);
        } else {
            listener.router = http.router(settings, builder.origins(layers), listener.routeStacks, listener.diagram);
            core = new StackBuilder.InnerComponent("routes", HTTP, at, () -> routes);
        }
        Optional<StackBuilder.Built> built = builder.build("io", SOCKET, layers, core, at);
        built.ifPresent(found -> {
            listener.stack.replace(LayerFactory.messages(found.component()));
            if (serving.isEmpty() && listener.router != null) {
                routes.replace(listener.router);
            }
            listener.diagram.add(0, StackPrinter.print(listener.header(found.names())));
        });
        return built.map(found -> listener);
    }

    private List<String> header(List<String> names) {
        List<String> all = new ArrayList<>(List.of(name + ": " + String.join(", ", settings.get(ConfigSchema.ADDRESS))
                + (settings.get(ConfigSchema.TLS).isPresent() ? " (TLS)" : "")));
        all.addAll(names);
        return all;
    }

    public String name() {
        return name;
    }

    public List<String> addresses() {
        return settings.get(ConfigSchema.ADDRESS);
    }

    /** Returns a diagram of the stack. */
    public String diagram() {
        return String.join("\n", diagram);
    }

    /** Returns the valid addresses; invalid ones were reported already. */
    List<ConfiguredAddress> parsedAddresses() {
        return settings.get(ConfigSchema.ADDRESS).stream()
                .map(ConfiguredAddress::parse)
                .toList();
    }

    /** Reports whether clients on other hosts may be able to connect. */
    private boolean isExposed() {
        return parsedAddresses().stream().anyMatch(address -> !address.isLocal());
    }

    /** Returns file and line of the addresses. */
    public String addressLocation() {
        return ConfigErrors.location(addressOrigin());
    }

    /** Returns the location of the addresses. */
    ConfigOrigin addressOrigin() {
        return settings.origin(ConfigSchema.ADDRESS);
    }

    /** Reports whether the addresses are valid and no misspelled key hides them. */
    boolean hasValidAddresses() {
        return settings.isValid(ConfigSchema.ADDRESS) && (settings.isSet(ConfigSchema.ADDRESS) || settings.isValid());
    }

    /**
     * Creates the server, not started yet; empty after an error, which is added to {@code problems}.
     *
     * @param ipv6Only true if another listener has the IPv4 wildcard address on the port of this one's {@code ::}
     */
    public Optional<IoServer> server(EventLoops loops, boolean ipv6Only, ConfigErrors problems) {
        IoServer.Builder server = IoServer.builder(stack)
                .loops(loops)
                .outboundLimit(new OutboundLimit(
                        settings.get(ConfigSchema.OUTBOUND_LIMIT), settings.get(ConfigSchema.OVERFLOW)));
        List<ConfiguredAddress> all = parsedAddresses();
        if (settings.get(ConfigSchema.MODE).isPresent() && all.stream().allMatch(address -> address.unix() == null)) {
            problems.add(
                    settings.origin(ConfigSchema.MODE),
                    "listener " + name + ": mode without a Unix domain socket (expected: address = unix:/path)");
        }
        if (all.isEmpty()) {
            return Optional.empty();
        }
        try {
            all.forEach(address -> address.bind(server, settings.get(ConfigSchema.MODE)));
            if (ipv6Only) {
                server.ipv6Only();
            }
            String[] proxies = settings.get(ConfigSchema.PROXIES).toArray(String[]::new);
            switch (settings.get(ConfigSchema.PROXY_PROTOCOL)) {
                case OFF -> {}
                case OPTIONAL -> server.acceptProxyProtocol(proxies);
                case REQUIRED -> server.requireProxyProtocol(proxies);
            }
            Optional<Settings> tlsSettings = settings.get(ConfigSchema.TLS);
            if (tlsSettings.isPresent() && tlsSettings.get().isValid()) {
                Optional<Tls> loaded = tls(tlsSettings.get(), problems);
                if (loaded.isEmpty()) {
                    return Optional.empty();
                }
                tls = loaded.get();
                server.tls(loaded.get());
            }
            return Optional.of(server.build());
        } catch (IllegalArgumentException e) {
            problems.add(settings.origin(), "listener " + name + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Tls> tls(Settings files, ConfigErrors problems) {
        try {
            return Optional.of(tls(files));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            problems.add(files.origin(), "listener " + name + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Tls tls(Settings settings) throws IOException {
        Path chain = Path.of(settings.get(ConfigSchema.CERTIFICATE));
        Path key = settings.get(ConfigSchema.KEY).map(Path::of).orElse(chain);
        Tls.Builder tls = Tls.builder();
        settings.get(ConfigSchema.PASSPHRASE)
                .ifPresentOrElse(passphrase -> tls.pem(chain, key, passphrase), () -> tls.pem(chain, key));
        if (settings.isSet(ConfigSchema.TICKET_ROTATION)) {
            tls.ticketRotation(settings.get(ConfigSchema.TICKET_ROTATION));
        }
        settings.get(ConfigSchema.OCSP_RESPONSE).ifPresent(file -> tls.ocspResponse(Path.of(file)));
        boolean required = settings.get(ConfigSchema.CLIENT_CERTIFICATE) == ConfigSchema.ClientCertificate.REQUIRED;
        settings.get(ConfigSchema.CLIENT_ROOTS).map(Path::of).ifPresent(roots -> {
            if (required) {
                tls.clientCertificates(roots);
            } else {
                tls.optionalClientCertificates(roots);
            }
        });
        return tls.provider(settings.get(ConfigSchema.TLS_PROVIDER))
                .versions(settings.get(ConfigSchema.PROTOCOLS).toArray(String[]::new))
                .build();
    }

    /** Reads the certificate files again; if they are invalid, the old certificate stays. */
    public void reloadCertificate() throws IOException {
        if (tls != null) {
            tls.reload();
        }
    }

    /** Adopts the routes and layers of a newer version of this listener. */
    public void update(ConfiguredListener next) {
        LiveFilters.transfer(stack.current(), next.stack.current());
        next.routeStacks.forEach((route, component) -> {
            Component<?> before = routeStacks.get(route);
            if (before != null) {
                LiveFilters.transfer(before, component);
            }
        });
        routeStacks = next.routeStacks;
        if (next.router != null) {
            routes.replace(next.router);
        }
        stack.replace(next.stack.current());
    }

    /** Returns the changed keys of a newer version that require a restart. */
    public List<String> restartRequired(ConfiguredListener next) {
        List<String> changed = new ArrayList<>();
        for (Option<?> option : List.of(
                ConfigSchema.ADDRESS,
                ConfigSchema.MODE,
                ConfigSchema.PROXY_PROTOCOL,
                ConfigSchema.PROXIES,
                ConfigSchema.OUTBOUND_LIMIT,
                ConfigSchema.OVERFLOW)) {
            if (!settings.get(option).equals(next.settings.get(option))) {
                changed.add(option.name());
            }
        }
        if (!tlsFiles().equals(next.tlsFiles())) {
            changed.add("tls");
        }
        return changed;
    }

    private List<Object> tlsFiles() {
        return settings.get(ConfigSchema.TLS)
                .map(files -> List.<Object>of(
                        files.get(ConfigSchema.CERTIFICATE),
                        files.get(ConfigSchema.KEY),
                        files.get(ConfigSchema.PASSPHRASE),
                        files.get(ConfigSchema.PROTOCOLS),
                        files.get(ConfigSchema.TLS_PROVIDER),
                        files.get(ConfigSchema.TICKET_ROTATION),
                        files.get(ConfigSchema.OCSP_RESPONSE),
                        files.get(ConfigSchema.CLIENT_ROOTS),
                        files.get(ConfigSchema.CLIENT_CERTIFICATE)))
                .orElse(List.of());
    }

    /** Builds routers from configured routes. */
    public static final class RouterBuilder {
        private final StackBuilder builder;
        private final FactoryRegistry factories;
        private final ConfigErrors problems;
        private final LoopHealth health;
        private final Supplier<Readiness> ready;

        public RouterBuilder(
                StackBuilder builder,
                FactoryRegistry factories,
                ConfigErrors problems,
                LoopHealth health,
                Supplier<Readiness> ready) {
            this.builder = builder;
            this.factories = factories;
            this.problems = problems;
            this.health = health;
            this.ready = ready;
        }

        Router router(
                Settings listener, DefaultOriginFilter outer, Map<String, Component<?>> stacks, List<String> diagram) {
            Router router = new Router();
            Map<String, Router> hosts = new TreeMap<>();
            for (Settings route : listener.get(ConfigSchema.ROUTES)) {
                String host = route.get(ConfigSchema.HOST)
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .orElse("");
                Router target = host.isEmpty() ? router : hosts.getOrDefault(host, new Router());
                Router extended = add(target, route, new DefaultOriginFilter(outer), stacks, diagram);
                if (host.isEmpty()) {
                    router = extended;
                } else {
                    hosts.put(host, extended);
                }
            }
            for (Map.Entry<String, Router> host : hosts.entrySet()) {
                try {
                    router = router.host(host.getKey(), host.getValue());
                } catch (IllegalArgumentException e) {
                    problems.add(listener.origin(ConfigSchema.ROUTES), String.valueOf(e.getMessage()));
                }
            }
            return listener.get(ConfigSchema.HEALTH) ? withHealth(router) : router;
        }

        private Router withHealth(Router router) {
            HttpFunction readiness = request -> ready.get().response();
            return withFree(withFree(router, "/health", health), "/ready", readiness.toComponent());
        }

        /** Returns the router itself if a configured route has the path. */
        private static Router withFree(
                Router router, String path, MessageComponent<HttpConnection, Message> component) {
            try {
                return router.route("GET", path, component);
            } catch (IllegalArgumentException taken) {
                return router;
            }
        }

        private Router add(
                Router router,
                Settings route,
                DefaultOriginFilter origins,
                Map<String, Component<?>> stacks,
                List<String> diagram) {
            Optional<FactoryRef> ref = route.get(ConfigSchema.COMPONENT);
            // a missing path was reported already; the stack is built to report its other errors
            String path = route.find(ConfigSchema.PATH).orElse("/");
            if (ref.isEmpty()) {
                problems.add(
                        route.origin(),
                        "route " + path + ": missing key component (expected: name, or name with settings)");
                return router;
            }
            ComponentFactory factory = factories
                    .component(ref.get().name(), ref.get().origin(), new ConfigErrors())
                    .orElse(null);
            Optional<StackBuilder.Built> built = builder.build(
                    "http",
                    HTTP,
                    route.get(ConfigSchema.LAYERS),
                    builder.component(ref.get(), path).orElse(null),
                    ref.get().origin(),
                    origins);
            if (built.isEmpty() || factory == null || !route.isValid()) {
                return router;
            }
            List<String> names = new ArrayList<>(List.of("   " + path));
            built.get().names().forEach(names::add);
            diagram.add("   " + StackPrinter.print(names).replace("\n", "\n      "));
            try {
                Router extended = withRoutes(router, path, factory, built.get());
                String host = route.get(ConfigSchema.HOST)
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .orElse("");
                String methods =
                        built.get().upgrades() ? "upgrade" : built.get().methods() + " " + factory.methods();
                stacks.put(String.join(" ", host, path, methods), built.get().component());
                return extended;
            } catch (IllegalArgumentException e) {
                problems.add(route.origin(), String.valueOf(e.getMessage()));
                return router;
            }
        }

        private static Router withRoutes(
                Router router, String path, ComponentFactory factory, StackBuilder.Built built) {
            MessageComponent<? super HttpConnection, ? super Message> component =
                    Router.component((Component<?>) built.component());
            if (built.upgrades()) {
                return router.upgrade(path, component);
            }
            Router extended = router;
            if (!built.methods().isEmpty()) {
                for (String method : built.methods()) {
                    extended = extended.route(method, path, component);
                }
                return extended;
            }
            String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            for (String below : factory.subpaths()) {
                for (String method : factory.methods()) {
                    extended = extended.route(method, (base + below).isEmpty() ? "/" : base + below, component);
                }
            }
            return extended;
        }
    }
}
