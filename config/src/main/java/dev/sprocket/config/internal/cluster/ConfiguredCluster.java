package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigObject;
import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.config.internal.access.ConfiguredTopics;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Engine and node that a configuration file describes; without {@code engine}, the only node. */
@ThreadSafe
public final class ConfiguredCluster {
    /** Time for which a start waits for an engine that is away. */
    private static final Duration AWAY_LIMIT = Duration.ofSeconds(3);

    private static final long POLL_MILLIS = 50;

    /** Engine of a file, without its location. */
    private record EngineKeys(String name, ConfigObject settings) {
        static Optional<EngineKeys> of(Settings server) {
            return server.get(ClusterKeys.ENGINE).map(ref -> new EngineKeys(ref.name(), ref.settings()));
        }
    }

    /** Node with what it was built from. */
    private record OwnNode(ClusterNode node, Engine engine, FactoryRef ref) {}

    private final FactoryRegistry engines;
    private final Settings first;
    private final Optional<OwnNode> own;

    /**
     * Creates the node, which connects when it is started.
     *
     * @param services factories of all plugins, engines among them
     * @param historyMemory maximum memory of the latest events of all topics, in bytes
     * @param about text about this server for the operators of others
     * @param problems receives the errors, after which there is no node
     */
    public ConfiguredCluster(
            Set<ServiceFactory<?>> services, Settings server, long historyMemory, String about, ConfigErrors problems) {
        this.engines = new FactoryRegistry(Set.of(), Set.of(), Set.of(), services);
        this.first = server;
        this.own = read(server, problems)
                .flatMap(engine -> engine.create(problems))
                .map(engine -> new OwnNode(
                        node(engine, server, historyMemory, about),
                        engine,
                        server.get(ClusterKeys.ENGINE).orElseThrow()));
    }

    private static ClusterNode node(Engine engine, Settings server, long historyMemory, String about) {
        return ClusterNode.builder(engine)
                .name(server.get(ClusterKeys.NODE_NAME).orElseGet(NodeNames::random))
                .beat(server.get(ClusterKeys.NODE_BEAT))
                .lease(server.get(ClusterKeys.NODE_LEASE))
                .readyGrace(server.get(ClusterKeys.READY_GRACE))
                .maxRingBytes(historyMemory)
                .about(about)
                .build();
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

    /** Reads the engine; empty without one, or after an error. */
    private Optional<ReadEngine> read(Settings server, ConfigErrors problems) {
        Optional<FactoryRef> found = server.get(ClusterKeys.ENGINE);
        if (found.isEmpty()) {
            if (server.isValid(ClusterKeys.ENGINE)) {
                ClusterKeys.ENGINE_ONLY.forEach(key -> server.warnIfSet(key, "without engine", problems));
            }
            return Optional.empty();
        }
        FactoryRef ref = found.get();
        boolean sound = isLeaseSound(server, problems);
        return engines.service(Engine.class, ref.name(), ref.origin(), problems).flatMap(factory -> {
            Settings settings = Settings.read("engine " + ref.name(), ref.settings(), factory.options(), problems);
            if (!settings.isValid() || !sound) {
                return Optional.empty();
            }
            factory.warn(settings, problems);
            return Optional.of(new ReadEngine(factory, settings, ref));
        });
    }

    private static boolean isLeaseSound(Settings server, ConfigErrors problems) {
        if (!ClusterKeys.ENGINE_ONLY.stream().allMatch(server::isValid)) {
            return false;
        }
        Duration least = server.get(ClusterKeys.NODE_BEAT).multipliedBy(2);
        if (server.get(ClusterKeys.NODE_LEASE).compareTo(least) >= 0) {
            return true;
        }
        Option<?> key = server.isSet(ClusterKeys.NODE_LEASE) ? ClusterKeys.NODE_LEASE : ClusterKeys.NODE_BEAT;
        problems.add(
                server.origin(key),
                "node-lease: " + server.get(ClusterKeys.NODE_LEASE).toMillis() + "ms (expected: at least two"
                        + " node-beats, " + least.toMillis() + "ms)");
        return false;
    }

    /** Adds the errors of a reloaded file, and returns changes that require a restart. */
    public List<String> restartRequired(Settings server, ConfigErrors problems) {
        var unused = read(server, problems);
        List<String> later = new ArrayList<>();
        if (!EngineKeys.of(first).equals(EngineKeys.of(server))) {
            later.add("engine changed");
        }
        for (Option<?> key : ClusterKeys.ENGINE_ONLY) {
            if (!first.get(key).equals(server.get(key))) {
                later.add(key + " changed");
            }
        }
        return later;
    }

    /**
     * Returns new topics, which the nodes share if there is an engine.
     *
     * @param scope name of a realm with private topics; empty for the topics of the file
     */
    public ConfiguredTopics topics(String scope) {
        return own.map(OwnNode::node)
                .map(node -> new ConfiguredTopics(node.log(scope), node::maxRingBytes))
                .orElseGet(ConfiguredTopics::new);
    }

    /**
     * Connects to the engine in the background.
     *
     * <p>A node whose name the file says waits for the lease of the name, unless the engine is away.
     *
     * @throws IOException if another running node has the lease
     */
    public void start() throws IOException {
        if (own.isPresent()) {
            own.get().node.start();
            if (first.get(ClusterKeys.NODE_NAME).isPresent()) {
                awaitName(own.get().node);
            }
        }
    }

    private void awaitName(ClusterNode node) throws IOException {
        CompletableFuture<Void> joined = node.joined().toCompletableFuture();
        Duration longest = first.get(ClusterKeys.NODE_LEASE)
                .plus(first.get(ClusterKeys.NODE_BEAT).multipliedBy(2));
        long started = System.nanoTime();
        while (System.nanoTime() - started < longest.toNanos()) {
            try {
                joined.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                if (node.state() == Engine.State.AWAY && System.nanoTime() - started > AWAY_LIMIT.toNanos()) {
                    return;
                }
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new IOException(
                        ConfigErrors.location(first.origin(ClusterKeys.NODE_NAME)) + ": " + cause.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Returns why the server is not ready; empty if it is. */
    public Optional<String> problem() {
        return own.map(OwnNode::node)
                .map(node -> node.joined().toCompletableFuture().isCompletedExceptionally()
                        ? "node-name is in use"
                        : node.problem())
                .filter(problem -> !problem.isEmpty());
    }

    /**
     * Connects to the engine and disconnects again, instead of {@link #start}.
     *
     * @param limit time limit of each step
     * @param facts receives what was found
     * @param problems receives warnings and the error
     */
    public void check(Duration limit, Consumer<String> facts, ConfigErrors problems) {
        if (own.isEmpty()) {
            facts.accept("no engine: this server is not part of a cluster");
        }
        own.ifPresent(one -> {
            String subject = "engine " + one.ref.name() + ": ";
            try {
                new EngineCheck(one.engine, limit)
                        .run(first.get(ClusterKeys.NODE_NAME), fact -> facts.accept(subject + fact))
                        .forEach(warning -> problems.warn(one.ref.origin(), subject + warning));
            } catch (EngineCheck.FailedException e) {
                problems.add(one.ref.origin(), subject + e.getMessage());
            }
        });
    }

    /** Leaves the cluster. */
    public void close() {
        own.ifPresent(one -> one.node.close());
    }
}
