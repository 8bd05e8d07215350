package dev.sprocket.cluster;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.directory.DirectoryListener;
import dev.sprocket.cluster.internal.directory.NodeDirectory;
import dev.sprocket.cluster.internal.directory.Surveys;
import dev.sprocket.cluster.internal.health.NodeHealth;
import dev.sprocket.cluster.internal.metrics.ClusterMetrics;
import dev.sprocket.cluster.internal.node.ClusterLog;
import dev.sprocket.cluster.internal.node.Counters;
import dev.sprocket.cluster.internal.pattern.SharedPatterns;
import dev.sprocket.cluster.internal.scope.Scopes;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.core.io.HealthCheck;
import dev.sprocket.pubsub.EventLog;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server of a cluster, connected to the others by an engine.
 *
 * <p>Its {@linkplain #log log} is given to {@link dev.sprocket.pubsub.Topics}, which then shares its topics with all
 * nodes:
 *
 * <pre>{@code
 * Engine engine = RedisEngine.builder("redis://127.0.0.1:6379").build();
 * ClusterNode node = ClusterNode.builder(engine).name("a").start();
 * Topics topics = new Topics(id -> TopicSettings.DEFAULT, node.log());
 * }</pre>
 *
 * <p>A server that uses the topics is closed before its node, so that the last events of its clients reach the
 * others. A configuration file says the same by {@code engine}. {@code MemoryHub} connects nodes of one process.
 */
@ThreadSafe
public final class ClusterNode implements HealthCheck, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    /** Number of times in a beat that the lease is looked at. */
    private static final int TICKS = 4;
    /** Longest time to tell the other nodes that this one closes. */
    private static final long LEAVE_MILLIS = 1000;
    /** Maximum length of the text about a node, in characters. */
    private static final int MAX_ABOUT = 1024;
    /** Time limit of a question to all nodes. */
    private static final long SURVEY_MILLIS = 2000;

    private final NodeId id;
    private final Engine engine;
    private final ClusterLog log;
    private final Scopes scopes;
    private final Duration tailCheck;
    /** Thread of the engine, or {@link #ownExecutor}. */
    private final ScheduledExecutorService executor;

    private final @Nullable DefaultEventExecutor ownExecutor;

    private final ClusterMetrics.NodeNumbers numbers = new Numbers();

    /** Numbers for the metrics of the process. */
    private final class Numbers implements ClusterMetrics.NodeNumbers {
        @Override
        public Engine.State state() {
            return engine.state();
        }

        @Override
        public long topics() {
            return log.subscribed();
        }

        @Override
        public long pendingBytes() {
            return log.pendingBytes();
        }

        @Override
        public long ringBytes() {
            return log.ringBytes();
        }

        @Override
        public String name() {
            return id.name();
        }

        @Override
        public Map<NodeId, String> nodes() {
            return ClusterNode.this.nodes();
        }
    }
    /** Loop of the lease, which no user code delays. */
    private final DefaultEventExecutor leaseLoop;

    private final Duration beat;
    private final String about;
    private final NodeDirectory directory;

    private ClusterNode(Builder builder) {
        this.id = NodeId.start(builder.name);
        this.engine = builder.engine;
        this.tailCheck = builder.tailCheck;
        ScheduledExecutorService ofEngine = engine.executor();
        if (ofEngine == null) {
            this.ownExecutor =
                    new DefaultEventExecutor(new DefaultThreadFactory("sprocket-cluster-" + builder.name, true));
            this.executor = ownExecutor;
        } else {
            this.ownExecutor = null;
            this.executor = ofEngine;
        }
        this.log =
                new ClusterLog(engine, id, executor, builder.maxRingBytes, builder.maxPendingBytes, builder.patience);
        this.scopes = new Scopes(log);
        log.health().readyGrace(builder.readyGrace);
        this.leaseLoop = new DefaultEventExecutor(new DefaultThreadFactory("sprocket-lease-" + builder.name, true));
        this.beat = builder.beat;
        this.about = builder.about;
        this.directory = new NodeDirectory(
                engine,
                log.frames(),
                new NodeDirectory.Settings(builder.about, builder.beat, builder.lease),
                leaseLoop,
                executor,
                System::nanoTime);
        SharedPatterns.connect(directory, engine, log.frames(), log.patterns(), log.ownPatterns(), executor);
        Surveys surveys = new Surveys(
                engine,
                log.frames(),
                directory,
                executor,
                CompletableFuture.delayedExecutor(SURVEY_MILLIS, TimeUnit.MILLISECONDS, leaseLoop));
        log.connect(surveys);
        directory.listen(new DirectoryListener() {
            @Override
            public void onCutOff() {
                log.listener().onContinuityLost(null, Engine.Cause.CUT_OFF);
            }
        });
    }

    /** Creates a builder of a node, which starts and closes its engine. */
    public static Builder builder(Engine engine) {
        return new Builder(engine);
    }

    /** Builds a node. */
    public static final class Builder {
        private final Engine engine;
        private String name = "node-" + Long.toHexString(Double.doubleToLongBits(Math.random()));
        private long maxRingBytes = 64 << 20;
        private long maxPendingBytes = 16 << 20;
        private Duration patience = Duration.ofSeconds(5);
        private Duration tailCheck = Duration.ofSeconds(30);
        private Duration readyGrace = NodeHealth.DEFAULT_READY_GRACE;
        private Duration beat = Duration.ofSeconds(3);
        private Duration lease = Duration.ofSeconds(10);
        private String about = "";

        private Builder(Engine engine) {
            this.engine = engine;
        }

        private static long notNegative(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("limit of " + bytes + " bytes (expected: 0 or more)");
            }
            return bytes;
        }

        private static Duration positive(Duration time) {
            if (time.toMillis() <= 0) {
                throw new IllegalArgumentException("time of " + time + " (expected: 1 ms or more)");
            }
            return time;
        }

        /**
         * Sets the name of the node, which no other node has; random by default.
         *
         * @throws IllegalArgumentException if it is invalid; see {@link NodeId}
         */
        @CanIgnoreReturnValue
        public Builder name(String nodeName) {
            name = new NodeId(nodeName, 0).name();
            return this;
        }

        /** Sets the limit of the latest events of all topics; 64 MiB by default. */
        @CanIgnoreReturnValue
        public Builder maxRingBytes(long bytes) {
            maxRingBytes = notNegative(bytes);
            return this;
        }

        /** Sets the limit of events that wait for the engine; 16 MiB by default. */
        @CanIgnoreReturnValue
        public Builder maxPendingBytes(long bytes) {
            maxPendingBytes = notNegative(bytes);
            return this;
        }

        /** Sets the time limit for confirmations and returning events, above zero; 5 s by default. */
        @CanIgnoreReturnValue
        public Builder patience(Duration longest) {
            patience = positive(longest);
            return this;
        }

        /** Sets the time between comparisons of newest events; 30 s by default. */
        @CanIgnoreReturnValue
        public Builder tailCheck(Duration interval) {
            tailCheck = positive(interval);
            return this;
        }

        /**
         * Sets how long the node stays {@linkplain #isHealthy healthy} without its engine; 60 s by default.
         *
         * @param time 0 or more; {@link ChronoUnit#FOREVER} for no end
         * @throws IllegalArgumentException if it is negative
         */
        @CanIgnoreReturnValue
        public Builder readyGrace(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("ready grace of " + time + " (expected: 0 or more)");
            }
            readyGrace = time;
            return this;
        }

        /**
         * Sets the time between renewals of the lease; 3 s by default.
         *
         * <p>Each compares what this node knows of the others with the engine.
         */
        @CanIgnoreReturnValue
        public Builder beat(Duration interval) {
            beat = interval;
            return this;
        }

        /**
         * Sets the time after which a lease ends without renewal; 10 s by default.
         *
         * <p>At least two beats. The node is then gone for the others; a node that cannot renew its lease for this time
         * treats itself as cut off.
         */
        @CanIgnoreReturnValue
        public Builder lease(Duration time) {
            lease = time;
            return this;
        }

        /**
         * Sets a text about this node, which the other nodes show to people.
         *
         * <p>For example its version and addresses.
         *
         * @param text at most 1,024 characters; empty by default
         * @throws IllegalArgumentException if it is longer
         */
        @CanIgnoreReturnValue
        public Builder about(String text) {
            if (text.length() > MAX_ABOUT) {
                throw new IllegalArgumentException(
                        "text about a node of " + text.length() + " characters (expected: at most " + MAX_ABOUT + ")");
            }
            about = text;
            return this;
        }

        /**
         * Creates the node, which connects when it is started.
         *
         * @throws IllegalArgumentException if the lease is shorter than two beats
         */
        public ClusterNode build() {
            return new ClusterNode(this);
        }

        /** Creates and {@linkplain ClusterNode#start starts} the node. */
        public ClusterNode start() {
            ClusterNode node = build();
            node.start();
            return node;
        }
    }

    /**
     * Connects to the engine; called once.
     *
     * <p>The node is usable at once. An engine that cannot be reached is tried again.
     */
    public void start() {
        ClusterMetrics.NODES.add(numbers);
        engine.start(id, log.listener());
        schedule(SWEEP, log::sweep);
        schedule(tailCheck, log::checkAll);
        long tickNanos = Math.max(1, beat.toNanos() / TICKS);
        var unused = leaseLoop.scheduleWithFixedDelay(directory::tick, 0, tickNanos, TimeUnit.NANOSECONDS);
    }

    private void schedule(Duration interval, Runnable task) {
        var unused =
                executor.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns the identity of this node. */
    public NodeId id() {
        return id;
    }

    /**
     * Returns a stage that completes when this node has the lease of its name.
     *
     * <p>Waits while the engine is away, and until the lease of a former start has ended. Fails with {@link
     * dev.sprocket.cluster.spi.NameInUseException} if another running node renews the lease of the name.
     */
    public CompletionStage<Void> joined() {
        return directory.joined();
    }

    /**
     * Returns the running nodes as this node sees them, this one included, with their texts.
     *
     * <p>A node that is cut off sees itself only.
     */
    public Map<NodeId, String> nodes() {
        Map<NodeId, String> nodes = directory.others();
        nodes.put(id, about);
        return Map.copyOf(nodes);
    }

    /** Returns the log that the topics of this node use. */
    public EventLog log() {
        return log("");
    }

    /**
     * Returns the log of the topics of a scope. They never meet topics of another scope.
     *
     * @param scope name that all nodes use, such as that of a realm with private topics; empty for the topics without
     *     a scope
     */
    public EventLog log(String scope) {
        return scopes.log(scope);
    }

    /** Sets the limit of the latest events of all topics, of all scopes. */
    public void maxRingBytes(long bytes) {
        log.maxRingBytes(bytes);
    }

    /** Returns the state of the engine. */
    public Engine.State state() {
        return engine.state();
    }

    /**
     * Reports whether this node should get new connections.
     *
     * <p>False before the first connection of the engine, while it is deaf, after the {@linkplain Builder#readyGrace
     * grace} while it is away, and without a lease while it answers.
     */
    @Override
    public boolean isHealthy() {
        return problem().isEmpty();
    }

    /** Returns why the node is not healthy, without addresses; empty if it is. */
    public String problem() {
        String problem = log.health().problem();
        // without the engine, no node can renew its lease
        return problem.isEmpty() && state() == Engine.State.UP && !directory.isMember() ? "node has no lease" : problem;
    }

    /**
     * Counters of a node since its start.
     *
     * @param topics topics to which the node is subscribed at the engine
     * @param relayed events of topics without a log that were published here
     * @param relaysFailed how many of them did not reach the engine
     * @param appended events of topics with a log that were published here
     * @param appendsFailed events that were refused, or whose answer did not come
     * @param received events received from the engine
     * @param unreadable envelopes that could not be read
     * @param gaps gaps told to the subscribers of a topic
     * @param pendingBytes events that wait for the engine, in bytes
     * @param continuityLost how often continuity was lost, by cause
     */
    public record Statistics(
            int topics,
            long relayed,
            long relaysFailed,
            long appended,
            long appendsFailed,
            long received,
            long unreadable,
            long gaps,
            long pendingBytes,
            Map<Engine.Cause, Long> continuityLost) {}

    /** Returns the counters. */
    public Statistics statistics() {
        Counters counters = log.counters();
        return new Statistics(
                log.subscribed(),
                counters.relayed.sum(),
                counters.relaysFailed.sum(),
                counters.appended.sum(),
                counters.appendsFailed.sum(),
                counters.received.sum(),
                counters.unreadable.sum(),
                counters.gaps.sum(),
                log.pendingBytes(),
                counters.continuityLost());
    }

    /** Tells the other nodes, and disconnects from the engine. Publishes fail from now on. */
    @Override
    public void close() {
        ClusterMetrics.NODES.remove(numbers);
        try {
            directory.leave().toCompletableFuture().get(LEAVE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("node closes without telling the others: node={}", id);
        }
        engine.close();
        var unusedLoop = leaseLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (ownExecutor != null) {
            var unused = ownExecutor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** Reports whether the threads of the closed node have ended. */
    boolean isTerminated() {
        return executor.isTerminated();
    }
}
