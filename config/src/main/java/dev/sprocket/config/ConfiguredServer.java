package dev.sprocket.config;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.inject.Injector;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import dev.sprocket.config.internal.access.ConfiguredAccess;
import dev.sprocket.config.internal.access.ConfiguredTopics;
import dev.sprocket.config.internal.access.RemovedKeys;
import dev.sprocket.config.internal.cluster.ClusterKeys;
import dev.sprocket.config.internal.cluster.ClusterModule;
import dev.sprocket.config.internal.cluster.ConfiguredCluster;
import dev.sprocket.config.internal.cluster.OneNodeKeys;
import dev.sprocket.config.internal.diagram.StackPrinter;
import dev.sprocket.config.internal.listener.AddressConflicts;
import dev.sprocket.config.internal.listener.ClosedTopics;
import dev.sprocket.config.internal.listener.ConfiguredListener;
import dev.sprocket.config.internal.listener.IneffectiveKeys;
import dev.sprocket.config.internal.listener.LoopHealth;
import dev.sprocket.config.internal.listener.NodeText;
import dev.sprocket.config.internal.listener.Readiness;
import dev.sprocket.config.internal.listener.StackBuilder;
import dev.sprocket.config.internal.log.AccessFile;
import dev.sprocket.config.internal.log.CurrentLogFormat;
import dev.sprocket.config.internal.log.LogSettings;
import dev.sprocket.config.internal.metrics.ConfigMetrics;
import dev.sprocket.config.internal.reload.ChangedKeys;
import dev.sprocket.config.internal.schema.ConfigSchema;
import dev.sprocket.config.internal.schema.EnvironmentOverrides;
import dev.sprocket.config.internal.schema.MissingCommas;
import dev.sprocket.config.internal.schema.SyntaxErrors;
import dev.sprocket.config.internal.wamp.ConfiguredRealms;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.internal.text.ParserErrors;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.Endpoints;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.HealthCheck;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.plugin.internal.registry.ServiceCache;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.internal.push.BridgeSender;
import dev.sprocket.pubsub.internal.push.EventConditions;
import dev.sprocket.pubsub.push.Publisher;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server that is built from a configuration file.
 *
 * <p>Thread-safe once built.
 */
public final class ConfiguredServer implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredServer.class);
    private static final StackType SOCKET = StackType.messages(Connection.class);

    /** Message of the JDK: {@code /etc/site.conf (No such file or directory)}. */
    private static final Pattern MISSING = Pattern.compile("(.+) \\([^()]*\\)");

    private final Path file;
    private final Plugins plugins;
    private final FactoryRegistry factories;
    private final ServiceCache services;
    private final EventLoops loops;
    private final ConfiguredRealms realms;
    private final Topics topics;
    private final Duration shutdownTimeout;
    private final Map<String, ConfiguredListener> listeners = new TreeMap<>();
    private final Map<String, Endpoint> servers = new TreeMap<>();
    private final Map<String, Endpoint> bridges = new TreeMap<>();
    private final List<String> bridgeDiagrams = new ArrayList<>();
    private final Endpoints all;
    private final ConfiguredTopics ownTopics;
    private final ConfiguredCluster cluster;
    private volatile List<String> warnings;
    private final Optional<ConfigObject> bridgeConfig;
    private final CurrentLogFormat logFormat = new CurrentLogFormat();
    private volatile LogSettings log;
    private ConfigObject current;
    private volatile boolean ready;

    private ConfiguredServer(Path file) {
        this.file = file;
        ConfigErrors problems = new ConfigErrors();
        this.current = parse(file, problems);
        Settings settings = read(current, problems);
        this.log = LogSettings.read(settings, problems);
        logFormat.set(log.format());
        this.plugins = plugins(file, settings);
        ConfiguredAccess access = ConfiguredAccess.read(settings, problems);
        this.bridgeConfig = settings.get(ConfigSchema.BRIDGES);
        this.shutdownTimeout = settings.get(ConfigSchema.SHUTDOWN_TIMEOUT);
        this.loops = eventLoops(settings);
        Injector injector = plugins.injector(binder -> {
            binder.bind(EventLoops.class).toInstance(loops);
            binder.bind(CurrentLogFormat.class).toInstance(logFormat);
            binder.install(new ClusterModule(
                    settings, settings.get(ConfigSchema.HISTORY_MEMORY_LIMIT), NodeText.of(settings), problems));
        });
        this.cluster = injector.getInstance(ConfiguredCluster.class);
        this.ownTopics = injector.getInstance(ConfiguredTopics.class);
        this.topics = ownTopics.topics();
        this.factories = injector.getInstance(FactoryRegistry.class);
        this.services = injector.getInstance(ServiceCache.class);
        this.realms = injector.getInstance(ConfiguredRealms.class);
        realms.privateTopics(cluster::topics);
        try {
            AddressConflicts addresses = new AddressConflicts(problems);
            Map<String, ConfiguredListener> built = readListeners(settings, problems);
            IneffectiveKeys.warnServer(settings, problems);
            ClosedTopics.warn(settings, problems);
            warnOneNode(settings, current, problems);
            warnPluginDirectory(settings, problems);
            Map<String, ConfiguredListener> all = new TreeMap<>(built);
            settings.get(ConfigSchema.LISTENERS)
                    .forEach((name, one) ->
                            all.computeIfAbsent(name, any -> ConfiguredListener.withoutStack(name, one)));
            all.values().forEach(addresses::add);
            all.forEach((name, listener) -> listener.server(loops, addresses.sharesPortWithIpv4(listener), problems)
                    .ifPresent(server -> servers.put(name, server)));
            listeners.putAll(built);
            readBridges(settings, addresses, problems);
            services.moveWarnings(problems);
            if (problems.isEmpty() && listeners.isEmpty() && bridges.isEmpty()) {
                problems.add(settings.origin(), "neither listeners nor bridges (expected: one or more)");
            }
            problems.throwIfAny();
        } catch (RuntimeException e) {
            cluster.close();
            services.close();
            throw e;
        }
        activate(access, settings);
        this.warnings = problems.warnings();
        List<Endpoint> endpoints = new ArrayList<>(servers.values());
        endpoints.addAll(bridges.values());
        this.all = new Endpoints(endpoints, List.copyOf(bridges.values()));
    }

    /**
     * Builds a server without starting it.
     *
     * @param file configuration in HOCON; an environment variable {@code SPROCKET_event__loops} overrides {@code
     *     event-loops}
     * @throws ConfigurationException with all errors, with file and line
     */
    public static ConfiguredServer of(Path file) {
        return new ConfiguredServer(file);
    }

    private static Settings read(ConfigObject root, ConfigErrors problems) {
        return Settings.read("configuration", root, ConfigSchema.SERVER_KEYS, problems);
    }

    private static ConfigObject parse(Path file, ConfigErrors problems) {
        try {
            Config config = ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            MissingCommas.check(file, problems);
            Config resolved = EnvironmentOverrides.overrides(System.getenv(), problems)
                    .withFallback(config)
                    .resolve();
            return RemovedKeys.withoutTopicsList(resolved.root(), problems);
        } catch (ConfigException.IO e) {
            throw new ConfigurationException(unreadable(file, e), e);
        } catch (ConfigException e) {
            // same format as other errors: file:line: error
            throw new ConfigurationException(SyntaxErrors.text(e), e);
        }
    }

    /** Describes an unreadable file, which may be an included one. */
    private static String unreadable(Path file, ConfigException.IO e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof FileNotFoundException missing) {
            Matcher named = MISSING.matcher(String.valueOf(missing.getMessage()));
            return (named.matches() ? named.group(1) : file.toString())
                    + ": cannot be read: file not found or access denied";
        }
        return file + ": cannot be read: " + ParserErrors.text(cause);
    }

    private static Plugins plugins(Path file, Settings settings) {
        Path home = file.toAbsolutePath().getParent();
        Optional<Settings> pluginSettings = settings.get(ConfigSchema.PLUGINS);
        String directory =
                pluginSettings.map(p -> p.get(ConfigSchema.PLUGIN_DIRECTORY)).orElse("plugins");
        return Plugins.discover()
                .andDirectory(home == null ? Path.of(directory) : home.resolve(directory))
                .without(pluginSettings
                        .map(p -> p.get(ConfigSchema.DISABLED_PLUGINS))
                        .orElse(List.of()));
    }

    private static void warnOneNode(Settings settings, ConfigObject root, ConfigErrors problems) {
        if (settings.isSet(ClusterKeys.ENGINE)) {
            List<FactoryRef> layers = new ArrayList<>();
            settings.get(ConfigSchema.LISTENERS).values().forEach(listener -> layers.addAll(layers(listener)));
            OneNodeKeys.warn(root, layers, problems);
        }
    }

    /** Returns the layers of a listener and its routes. */
    private static List<FactoryRef> layers(Settings listener) {
        List<FactoryRef> all = new ArrayList<>(listener.get(ConfigSchema.LAYERS));
        listener.get(ConfigSchema.ROUTES).forEach(route -> all.addAll(route.get(ConfigSchema.LAYERS)));
        return all;
    }

    private void warnPluginDirectory(Settings settings, ConfigErrors problems) {
        Optional<Settings> own = settings.get(ConfigSchema.PLUGINS);
        if (own.isEmpty()) {
            return;
        }
        Path home = file.toAbsolutePath().getParent();
        String directory = own.get().get(ConfigSchema.PLUGIN_DIRECTORY);
        if (own.get().isSet(ConfigSchema.PLUGIN_DIRECTORY)
                && !Files.isDirectory(home == null ? Path.of(directory) : home.resolve(directory))) {
            problems.warn(
                    own.get().origin(ConfigSchema.PLUGIN_DIRECTORY),
                    "plugins.directory: not a directory: " + directory);
        }
    }

    private Map<String, ConfiguredListener> readListeners(Settings settings, ConfigErrors problems) {
        announce(settings, problems);
        StackBuilder builder = new StackBuilder(factories, problems);
        var http = new ConfiguredListener.RouterBuilder(
                builder, factories, problems, new LoopHealth(loops), this::readiness);
        Map<String, ConfiguredListener> found = new TreeMap<>();
        settings.get(ConfigSchema.LISTENERS).forEach((name, one) -> ConfiguredListener.read(
                        name, one, Optional.ofNullable(listeners.get(name)), builder, http, problems)
                .ifPresent(listener -> found.put(name, listener)));
        return found;
    }

    private Readiness readiness() {
        List<String> failing = new ArrayList<>();
        servers.forEach((name, server) -> addIfUnhealthy(failing, "listener " + name, server));
        bridges.forEach((name, bridge) -> addIfUnhealthy(failing, "bridge " + name, bridge));
        services.unhealthy().forEach(name -> failing.add("service " + name));
        cluster.problem().ifPresent(failing::add);
        return new Readiness(ready, failing);
    }

    private static EventLoops eventLoops(Settings settings) {
        EventLoops loops = settings.get(ConfigSchema.EVENT_LOOPS) == 0
                ? EventLoops.perCore()
                : EventLoops.of(settings.get(ConfigSchema.EVENT_LOOPS));
        long limit = settings.get(ConfigSchema.INBOUND_MEMORY_LIMIT);
        if (limit > 0) {
            loops = loops.inboundLimit(limit);
        }
        int connections = settings.get(ConfigSchema.MAX_CONNECTIONS);
        return connections > 0 ? loops.maxConnections(connections) : loops;
    }

    private static void addIfUnhealthy(List<String> failing, String name, HealthCheck check) {
        if (!check.isHealthy()) {
            failing.add(name);
        }
    }

    /** Announces all uses of each layer to its factory. */
    private void announce(Settings settings, ConfigErrors problems) {
        for (Settings listener : settings.get(ConfigSchema.LISTENERS).values()) {
            layers(listener).forEach(ref -> announce(ref, problems));
        }
    }

    private void announce(FactoryRef ref, ConfigErrors problems) {
        ConfigErrors ignored = new ConfigErrors();
        Optional<LayerFactory> layer = factories.layer(ref.name(), ref.origin(), ignored);
        if (layer.isEmpty()) {
            return;
        }
        Settings read = Settings.read(ref.name(), ref.settings(), layer.get().options(), ignored);
        if (!ignored.isEmpty()) {
            // its errors are reported when it is created
            return;
        }
        try {
            layer.get().announce(read);
        } catch (IllegalArgumentException e) {
            problems.add(ref.origin(), "layer " + ref.name() + ": " + e.getMessage());
        }
    }

    private void readBridges(Settings settings, AddressConflicts addresses, ConfigErrors problems) {
        settings.get(ConfigSchema.BRIDGES)
                .ifPresent(objects -> objects.forEach((name, value) -> {
                    if (value instanceof ConfigObject object) {
                        readBridge(name, object, settings, addresses, problems);
                    } else {
                        problems.add(
                                value.origin(), "bridges." + name + ": " + value.unwrapped() + " (expected: object)");
                    }
                }));
    }

    private void readBridge(
            String name, ConfigObject object, Settings settings, AddressConflicts addresses, ConfigErrors problems) {
        String type =
                object.containsKey("type") ? String.valueOf(object.get("type").unwrapped()) : name;
        Optional<BridgeFactory> factory = factories.bridge(type, object.origin(), problems);
        if (factory.isEmpty()) {
            return;
        }
        List<Option<?>> options = new ArrayList<>(ConfigSchema.BRIDGE_KEYS);
        options.addAll(factory.get().options());
        Settings own = Settings.read("bridge " + name, object, options, problems);
        if (own.isValid()) {
            factory.get().warn(own, problems);
        }
        addresses.add("bridge " + name, factory.get(), own);
        List<FactoryRef> layers = own.get(ConfigSchema.LAYERS);
        StackBuilder builder = new StackBuilder(factories, problems);
        Publisher envelopes = new Publisher(topics);
        Publisher publisher = settings.get(ConfigSchema.TOPIC_FIELD)
                .map(envelopes::topicField)
                .orElse(envelopes);
        builder.build(
                        "bridge",
                        SOCKET,
                        layers,
                        new StackBuilder.InnerComponent(
                                "topics", SOCKET, object.origin(), own.isValid(), () -> publisher, Optional.empty()),
                        object.origin())
                .ifPresent(built -> {
                    MessageComponent<? super Connection, ? super Message> target =
                            LayerFactory.messages(built.component());
                    try {
                        bridges.put(name, factory.get().create(own, admitting(factory.get(), target)));
                        List<String> names = new ArrayList<>(List.of(name + ": bridge " + type));
                        names.addAll(built.names());
                        bridgeDiagrams.add(StackPrinter.print(names));
                    } catch (IllegalArgumentException | IllegalStateException e) {
                        problems.add(object.origin(), String.valueOf(e.getMessage()));
                    }
                });
    }

    /** Returns diagrams of all stacks, outermost layers first. */
    public String explain() {
        List<String> diagrams = new ArrayList<>();
        listeners.values().forEach(listener -> diagrams.add(listener.diagram()));
        diagrams.addAll(bridgeDiagrams);
        return diagrams.stream().collect(Collectors.joining("\n\n"));
    }

    /**
     * Reloads the file: routes, layers, limits, filters, topic settings and certificates.
     *
     * <p>No connection is dropped. After an error, the old configuration stays in effect.
     *
     * @return changes in the file that require a restart
     * @throws ConfigurationException with all errors
     */
    @CanIgnoreReturnValue
    public List<String> reload() throws IOException {
        ConfigMetrics.Reload result = ConfigMetrics.Reload.FAILURE;
        try {
            List<String> later = reloadFile();
            result = ConfigMetrics.Reload.SUCCESS;
            return later;
        } finally {
            ConfigMetrics.RELOADS.increment(result);
        }
    }

    private synchronized List<String> reloadFile() throws IOException {
        ConfigErrors problems = new ConfigErrors();
        ConfigObject root = parse(file, problems);
        Settings settings = read(root, problems);
        LogSettings nextLog = LogSettings.read(settings, problems);
        // the layers of the new listeners read it
        logFormat.set(nextLog.format());
        try {
            return apply(root, settings, nextLog, problems);
        } finally {
            logFormat.set(log.format());
        }
    }

    private List<String> apply(ConfigObject root, Settings settings, LogSettings nextLog, ConfigErrors problems)
            throws IOException {
        realms.begin();
        Map<String, ConfiguredListener> next = readListeners(settings, problems);
        ConfiguredAccess access = ConfiguredAccess.read(settings, problems);
        IneffectiveKeys.warnServer(settings, problems);
        ClosedTopics.warn(settings, problems);
        warnOneNode(settings, root, problems);
        warnPluginDirectory(settings, problems);
        services.moveWarnings(problems);
        List<String> ofCluster = cluster.restartRequired(settings, problems);
        problems.throwIfAny();
        // steps that can fail precede the changes
        for (String name : next.keySet()) {
            if (listeners.containsKey(name)) {
                listeners.get(name).reloadCertificate();
            }
        }
        List<String> later = new ArrayList<>(realms.restartRequired());
        later.addAll(ofCluster);
        // before the routes, so no new route is open with old rules
        activate(access, settings);
        next.forEach((name, reading) -> {
            ConfiguredListener listener = listeners.get(name);
            if (listener == null) {
                later.add("listener " + name + " added");
            } else {
                listener.update(reading);
                listener.restartRequired(reading)
                        .forEach(key -> later.add("listener " + name + ": " + key + " changed"));
            }
        });
        listeners.keySet().stream()
                .filter(name -> !next.containsKey(name))
                .forEach(name -> later.add("listener " + name + " removed"));
        if (!bridgeConfig.equals(settings.get(ConfigSchema.BRIDGES))) {
            later.add("bridges changed");
        }
        warnings = problems.warnings();
        log = nextLog;
        List<String> changed = ChangedKeys.between(current, root);
        current = root;
        LOG.info(
                "configuration reloaded: file={} changed=\"{}\" restartRequired={}",
                file,
                changed.isEmpty() ? "none" : String.join(", ", changed),
                later.size());
        return later;
    }

    /** Returns the format of the log: {@code text} or {@code json}. */
    public String logFormat() {
        return logFormat.get().name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the levels of the log by the names of loggers, such as {@code info}.
     *
     * <p>{@code dev.sprocket} is the level of all others. The program that runs the server applies them.
     */
    public Map<String, String> logLevels() {
        Map<String, String> levels = new LinkedHashMap<>();
        log.levels().forEach((logger, level) -> levels.put(logger, level.name().toLowerCase(Locale.ROOT)));
        return Collections.unmodifiableMap(levels);
    }

    /** Returns the areas of the log, whose levels a configuration may set: names of modules. */
    public static List<String> logAreas() {
        return LogSettings.AREAS;
    }

    /** Returns the topics that its stacks and bridges share. */
    public Topics topics() {
        return topics;
    }

    /** Returns the access policy of the topics that its stacks and bridges share. */
    public AccessPolicy policy() {
        return ownTopics.access().policy();
    }

    /**
     * Returns the access policy of a realm: its own, or the shared one.
     *
     * @throws IllegalArgumentException if the file has no such realm
     */
    public AccessPolicy policy(String realm) {
        return realms.access(realm).orElseGet(ownTopics::access).policy();
    }

    /** Returns the target of a bridge, which admits its senders if the bridge does not. */
    private static MessageComponent<? super Connection, ? super Message> admitting(
            BridgeFactory factory, MessageComponent<? super Connection, ? super Message> target) {
        return factory.admitsBackendsOnly() ? new BridgeSender(target) : target;
    }

    private void activate(ConfiguredAccess access, Settings settings) {
        long historyMemory = settings.get(ConfigSchema.HISTORY_MEMORY_LIMIT);
        ownTopics.apply(access, historyMemory);
        EventConditions.of(ownTopics.topics())
                .limits(
                        settings.get(ConfigSchema.EVENT_KEY_TTL),
                        settings.get(ConfigSchema.EVENT_KEY_MEMORY_LIMIT),
                        settings.get(ConfigSchema.EVENT_VERSION_MEMORY_LIMIT));
        realms.commit(historyMemory);
    }

    TopicSettings topicSettings(String name) {
        return ownTopics.access().settings(name);
    }

    /** Returns the warnings about the file when it was last read, one line each. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns all plugins, sorted by name, including disabled ones, each with its jar or directory. */
    public Map<Plugin, String> plugins() {
        Map<Plugin, String> all = new LinkedHashMap<>();
        plugins.all().forEach(found -> all.put(found.plugin(), found.source()));
        return Collections.unmodifiableMap(all);
    }

    /** Returns the configured {@code shutdown-timeout}. */
    public Duration shutdownTimeout() {
        return shutdownTimeout;
    }

    /** Returns the address of a listener or bridge. */
    public SocketAddress address(String name) {
        Endpoint endpoint = servers.containsKey(name) ? servers.get(name) : bridges.get(name);
        if (endpoint == null) {
            throw new IllegalArgumentException("unknown listener or bridge: " + name);
        }
        return endpoint.address();
    }

    /** Returns all addresses of a listener or bridge, with the bound ports. */
    public List<SocketAddress> addresses(String name) {
        return servers.get(name) instanceof IoServer server ? server.addresses() : List.of(address(name));
    }

    /** Returns the names of the listeners and bridges. */
    public List<String> names() {
        List<String> names = new ArrayList<>(servers.keySet());
        names.addAll(bridges.keySet());
        return names;
    }

    /** Describes the listener or bridge whose address an error message contains. */
    private String failedEndpoint(IOException e) {
        return listeners.values().stream()
                .filter(listener -> listener.addresses().stream().anyMatch(String.valueOf(e.getMessage())::contains))
                .map(listener -> listener.addressLocation() + ": listeners." + listener.name() + ".address: ")
                .findFirst()
                .orElse("bridges"
                        + (bridges.size() == 1
                                ? "." + bridges.keySet().iterator().next()
                                : "") + ": ");
    }

    @Override
    public void start() throws IOException {
        try {
            cluster.start();
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
        try {
            all.start();
        } catch (IOException e) {
            cluster.close();
            throw new IOException(failedEndpoint(e) + e.getMessage(), e);
        }
        ready = true;
        LOG.info(
                "server ready: addresses=\"{}\"",
                names().stream()
                        .map(name -> name + "="
                                + addresses(name).stream().map(AddressText::of).collect(Collectors.joining(",")))
                        .collect(Collectors.joining(" ")));
    }

    @Override
    public void close(Duration deadline) {
        ready = false;
        all.close(deadline);
        // the last messages of the clients have been published
        cluster.close();
        services.close();
        AccessFile.flushAll();
    }

    /**
     * Connects to the engine of a cluster and disconnects again, without a start.
     *
     * @param limit time limit of each step
     * @param facts receives what was found, one line at a time
     * @return warnings, one line each
     * @throws ConfigurationException if the engine cannot be used, with what to change
     */
    public List<String> checkConnections(Duration limit, Consumer<String> facts) {
        ConfigErrors problems = new ConfigErrors();
        cluster.check(limit, facts, problems);
        problems.throwIfAny();
        return problems.warnings();
    }

    /** Waits until the server is closed. */
    public void join() {
        all.join();
    }

    /** Returns the address of the first listener, or else bridge. */
    @Override
    public SocketAddress address() {
        return address(names().get(0));
    }
}
