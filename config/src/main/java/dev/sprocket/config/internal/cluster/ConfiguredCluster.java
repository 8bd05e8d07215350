package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigObject;
import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.config.internal.access.ConfiguredTopics;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Engine and node that a configuration file describes; without {@code engine}, the only node. */
@ThreadSafe
public final class ConfiguredCluster {
    /** Engine of a file, without its location. */
    private record EngineKeys(String name, ConfigObject settings) {
        static Optional<EngineKeys> of(Settings server) {
            return server.get(ClusterKeys.ENGINE).map(ref -> new EngineKeys(ref.name(), ref.settings()));
        }
    }

    private final FactoryRegistry engines;
    private final Optional<EngineKeys> keys;
    private final Optional<String> nodeName;
    private final Optional<ClusterNode> node;

    /**
     * Creates the node, which connects when it is started.
     *
     * @param services factories of all plugins, engines among them
     * @param historyMemory maximum memory of the latest events of all topics, in bytes
     * @param problems receives the errors, after which there is no node
     */
    public ConfiguredCluster(
            Set<ServiceFactory<?>> services, Settings server, long historyMemory, ConfigErrors problems) {
        this.engines = new FactoryRegistry(Set.of(), Set.of(), Set.of(), services);
        this.keys = EngineKeys.of(server);
        this.nodeName = server.get(ClusterKeys.NODE_NAME);
        this.node = server.isValid(ClusterKeys.NODE_NAME)
                ? read(server, problems)
                        .flatMap(engine -> engine.create(problems))
                        .map(engine -> ClusterNode.builder(engine)
                                .name(nodeName.orElseGet(NodeNames::random))
                                .maxRingBytes(historyMemory)
                                .build())
                : Optional.empty();
    }

    /** Engine with its settings, which are valid. */
    private record ReadEngine(ServiceFactory<Engine> factory, Settings settings, FactoryRef ref) {
        Optional<Engine> create(ConfigErrors problems) {
            try {
                return Optional.of(factory.create(settings));
            } catch (IllegalArgumentException e) {
                problems.add(ref.origin(), "engine " + ref.name() + ": " + e.getMessage());
                return Optional.empty();
            }
        }
    }

    private Optional<ReadEngine> read(Settings server, ConfigErrors problems) {
        Optional<FactoryRef> found = server.get(ClusterKeys.ENGINE);
        if (found.isEmpty()) {
            if (server.isValid(ClusterKeys.ENGINE)) {
                server.warnIfSet(ClusterKeys.NODE_NAME, "without engine", problems);
            }
            return Optional.empty();
        }
        FactoryRef ref = found.get();
        return engines.service(Engine.class, ref.name(), ref.origin(), problems).flatMap(factory -> {
            Settings own = Settings.read("engine " + ref.name(), ref.settings(), factory.options(), problems);
            if (!own.isValid()) {
                return Optional.empty();
            }
            factory.warn(own, problems);
            return Optional.of(new ReadEngine(factory, own, ref));
        });
    }

    /** Adds the errors of a reloaded file, and returns changes that require a restart. */
    public List<String> restartRequired(Settings server, ConfigErrors problems) {
        var unused = read(server, problems);
        List<String> later = new ArrayList<>();
        if (!keys.equals(EngineKeys.of(server))) {
            later.add("engine changed");
        }
        if (!nodeName.equals(server.get(ClusterKeys.NODE_NAME))) {
            later.add("node-name changed");
        }
        return later;
    }

    /**
     * Returns new topics, which the nodes share if there is an engine.
     *
     * @param scope name of a realm with private topics; empty for the topics of the file
     */
    public ConfiguredTopics topics(String scope) {
        return node.map(own -> new ConfiguredTopics(own.log(scope), own::maxRingBytes))
                .orElseGet(ConfiguredTopics::new);
    }

    /** Connects to the engine in the background. */
    public void start() {
        node.ifPresent(ClusterNode::start);
    }

    /** Returns why the server is not ready; empty if it is. */
    public Optional<String> problem() {
        return node.map(ClusterNode::problem).filter(problem -> !problem.isEmpty());
    }

    /** Leaves the cluster. */
    public void close() {
        node.ifPresent(ClusterNode::close);
    }
}
