package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.metrics.ClusterMetrics;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Connections to Redis: opened, watched by a probe, and opened again.
 *
 * <p>A probe is a message to this node itself. If its command is not answered, Redis is away, and both connections are
 * closed. If it is answered, but the message does not come back, the node is deaf, and the connection of the
 * subscriptions is opened again. State is confined to the loop, unless it is volatile.
 */
@ThreadSafe
final class RedisConnections {
    /** Number of channels that Redis confirms in a millisecond at least. */
    /** Time without a task after which the loop of a closed engine ends. */
    private static final long QUIET_MILLIS = 200;

    private static final int CHANNELS_PER_MILLI = 10;
    /** Shortest time for an answer of a server that may be away. */
    private static final long MIN_ANSWER_MILLIS = 100;
    /** Message of a probe that nobody waits for. */
    private static final byte[] NO_PROBE = {'0'};

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final RedisURI uri;
    private final Names names;
    private final Duration timeout;
    private final Duration probeInterval;
    private final EventLoop loop;
    private final RedisClients clients;
    private final @Nullable Sentinels sentinels;
    private final Commands commands;
    private final Channels channels;
    private final ServerChecks checks;
    private final Refusals refusals = new Refusals();
    private final Backoff retry = new Backoff(Math::random);
    private volatile Engine.State state = Engine.State.AWAY;
    private volatile boolean closed;
    private volatile @Nullable StatefulRedisPubSubConnection<ChannelName, byte[]> hearing;
    private @Nullable StatefulRedisConnection<byte[], byte[]> connection;
    private @Nullable ServerInfo server;
    /** Address that the Sentinels named before the connection was opened. */
    private @Nullable SocketAddress primary;

    private volatile @Nullable NodeId self;
    private volatile Engine.@Nullable Listener listener;
    /** True once the engine was up, so a later connection has lost continuity. */
    private boolean wasUp;

    private Engine.Cause lossCause = Engine.Cause.RECONNECTED;
    private String lastProblem = "";
    /** Number of the attempt to connect; answers of earlier ones are ignored. */
    private int attempt;

    private long probesSent;
    private long probesHeard;
    /** Time at which the last probe was sent; 0 if it is not measured. */
    private long probeStarted;

    RedisConnections(
            RedisURI uri,
            Names names,
            Duration timeout,
            Duration probeInterval,
            long maxPendingBytes,
            @Nullable Path certificates,
            @Nullable Replicas replicas) {
        this.uri = uri;
        this.names = names;
        this.channels = new Channels(names, failure -> execute(() -> onRefused(failure)));
        this.timeout = timeout;
        this.probeInterval = probeInterval;
        OwnLoop own = new OwnLoop();
        this.loop = own.loop();
        this.clients = new RedisClients(uri, timeout, certificates, own);
        this.sentinels = Sentinels.isUsedBy(uri) ? new Sentinels(clients, uri, timeout, this::execute) : null;
        this.commands = new Commands(loop, maxPendingBytes, replicas);
        this.checks = new ServerChecks(sentinels != null, this);
    }

    Engine.State state() {
        return state;
    }

    /** Returns the loop of both connections. */
    EventLoop loop() {
        return loop;
    }

    Commands commands() {
        return commands;
    }

    boolean hasSentinel() {
        return !uri.getSentinels().isEmpty();
    }

    void start(NodeId node, Engine.Listener receiver) {
        loop.execute(() -> {
            self = node;
            listener = receiver;
            channels.own(List.of(names.mailbox(node.name()), names.all(), names.probe(node)));
            if (sentinels != null) {
                channels.own(List.of(names.moved()));
            }
            clients.client().addListener(new RedisConnectionStateListener() {
                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                    execute(() -> onDisconnected(lost));
                }
            });
            connect();
            var unused2 = loop.scheduleWithFixedDelay(
                    this::watch, timeout.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS);
            var unused = loop.scheduleWithFixedDelay(
                    this::probe, probeInterval.toMillis(), probeInterval.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    CompletionStage<Void> subscribe(List<String> added) {
        return onLoop(() -> channels.subscribe(added));
    }

    CompletionStage<Void> unsubscribe(List<String> removed) {
        return onLoop(() -> channels.unsubscribe(removed));
    }

    private CompletionStage<Void> onLoop(Supplier<CompletableFuture<Void>> change) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        if (closed) {
            result.completeExceptionally(new UnavailableException("engine is closed"));
            return result;
        }
        execute(() -> {
            var unused = change.get().whenComplete((done, failure) -> {
                if (failure == null) {
                    result.complete(null);
                } else {
                    result.completeExceptionally(Commands.cause(failure));
                }
            });
        });
        return result;
    }

    private void execute(Runnable task) {
        if (!loop.isShuttingDown()) {
            loop.execute(task);
        }
    }

    /** Continues on the loop with a result, unless its attempt is over. */
    private <T> void then(int own, CompletionStage<T> result, Consumer<T> next) {
        then(own, result, timeout.toMillis(), next, failure -> away(problem(failure)));
    }

    private <T> void then(
            int own, CompletionStage<T> result, long limitMillis, Consumer<T> next, Consumer<Throwable> failed) {
        var unused = result.toCompletableFuture()
                .copy()
                .orTimeout(limitMillis, TimeUnit.MILLISECONDS)
                .whenComplete((value, failure) -> execute(() -> {
                    if (own != attempt || closed) {
                        closeIfConnection(value);
                    } else if (failure == null) {
                        attempt(() -> next.accept(value), failed);
                    } else {
                        failed.accept(failure);
                    }
                }));
    }

    /** Runs a step; the client throws if a connection was closed in the meantime. */
    private static void attempt(Runnable step, Consumer<Throwable> failed) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }

    private static void closeIfConnection(@Nullable Object value) {
        if (value instanceof StatefulConnection<?, ?> late) {
            var unused = late.closeAsync();
        }
    }

    private String problem(Throwable failure) {
        return Problems.text(failure, timeout);
    }

    // --- opening

    private void connect() {
        if (closed) {
            return;
        }
        int own = ++attempt;
        attempt(
                () -> {
                    if (sentinels == null) {
                        open(own);
                    } else {
                        then(own, sentinels.primary(), address -> {
                            primary = address;
                            open(own);
                        });
                    }
                },
                failure -> away(problem(failure)));
    }

    private void open(int own) {
        then(own, closeLate(clients.client().connectAsync(RedisClients.CODEC, uri)), opened -> {
            connection = opened;
            then(own, opened.async().info(), info -> onInfo(own, opened, info));
        });
    }

    /** Closes a connection that is opened after the time limit. */
    private <C extends StatefulConnection<?, ?>> CompletionStage<C> closeLate(CompletionStage<C> opening) {
        long deadline = System.nanoTime() + timeout.toNanos();
        opening.whenComplete((opened, failure) -> {
            if (opened != null && (System.nanoTime() - deadline > 0 || closed)) {
                closeIfConnection(opened);
            }
        });
        return opening;
    }

    private void onInfo(int own, StatefulRedisConnection<byte[], byte[]> opened, String info) {
        ServerInfo current = ServerInfo.read(info);
        if (!current.problem().isEmpty()) {
            away(current.problem());
            return;
        }
        ServerInfo before = server;
        checks.warn(opened.async(), current.hasReplicas());
        if (before != null && !before.replicationId().equals(current.replicationId())) {
            lossCause = Engine.Cause.SERVER_CHANGED;
        }
        server = current;
        List<CompletableFuture<?>> loads = new ArrayList<>();
        for (Script script : Script.values()) {
            loads.add(opened.async().scriptLoad(script.text()).toCompletableFuture());
        }
        then(own, CompletableFuture.allOf(loads.toArray(new CompletableFuture<?>[0])), loaded -> {
            opened.setAutoFlushCommands(false);
            commands.connection(opened);
            hear(own);
        });
    }

    /** Opens the connection of the subscriptions, and subscribes. */
    private void hear(int own) {
        long started = System.nanoTime();
        CompletableFuture<Long> answered = commands.execute(0, redis -> redis.publish(probeChannel(), NO_PROBE));
        Consumer<Throwable> failed = failure -> {
            long left = timeout.minusNanos(System.nanoTime() - started).toMillis();
            // the node is deaf only if the engine answers
            then(
                    own,
                    answered,
                    Math.max(MIN_ANSWER_MILLIS, left),
                    receivers -> deaf(problem(failure), lossCause),
                    lost -> away(problem(lost)));
        };
        attempt(
                () -> then(
                        own,
                        closeLate(clients.client().connectPubSubAsync(ChannelName.CODEC, uri)),
                        timeout.toMillis(),
                        opened -> subscribe(own, opened, failed),
                        failed),
                failed);
    }

    private void subscribe(
            int own, StatefulRedisPubSubConnection<ChannelName, byte[]> opened, Consumer<Throwable> failed) {
        opened.addListener(new Hearer(opened));
        hearing = opened;
        then(own, channels.connected(opened), limitMillis(), subscribed -> up(), failed);
    }

    /** Returns how long Redis may take to confirm all channels. */
    private long limitMillis() {
        return timeout.toMillis() + channels.size() / CHANNELS_PER_MILLI;
    }

    /** Handles an error that Redis has answered to a subscription. */
    private void onRefused(Throwable failure) {
        if (hearing != null && !closed) {
            deaf(problem(failure), Engine.Cause.DEAF);
        }
    }

    private void up() {
        lastProblem = "";
        probesHeard = probesSent;
        change(Engine.State.UP, "server " + this);
        Engine.Listener receiver = listener;
        if (wasUp && receiver != null) {
            ClusterMetrics.RESUBSCRIBED.add(channels.size());
            receiver.onContinuityLost(null, lossCause);
        }
        wasUp = true;
        lossCause = Engine.Cause.RECONNECTED;
        watchSentinel();
    }

    private void watchSentinel() {
        if (sentinels != null && !closed) {
            sentinels.watch(this::askSentinels);
        }
    }

    private void change(Engine.State other, String cause) {
        Engine.Listener receiver = listener;
        if (state != other || (!cause.equals(lastProblem) && other == Engine.State.AWAY)) {
            state = other;
            lastProblem = cause;
            if (receiver != null) {
                receiver.onState(other, cause);
            }
        }
    }

    // --- losing

    private void onDisconnected(Object lost) {
        if (closed) {
            return;
        }
        if (lost == connection) {
            away("connection closed");
        } else if (lost == hearing) {
            deaf("connection of the subscriptions closed", Engine.Cause.RECONNECTED);
        }
    }

    /** Closes both connections, and tries again later. */
    private void away(String problem) {
        attempt++;
        StatefulRedisConnection<byte[], byte[]> open = connection;
        connection = null;
        commands.connection(null);
        closeIfConnection(open);
        stopHearing();
        change(Engine.State.AWAY, "server " + this + ": " + problem);
        if (!closed) {
            int own = attempt;
            later(own, this::connect);
        }
    }

    /** Opens the connection of the subscriptions again. */
    private void deaf(String problem, Engine.Cause cause) {
        int own = ++attempt;
        stopHearing();
        lossCause = cause;
        change(Engine.State.DEAF, "server " + this + ": " + problem);
        later(own, () -> hear(own));
    }

    private void later(int own, Runnable task) {
        var unused = loop.schedule(
                () -> {
                    if (own == attempt && !closed) {
                        task.run();
                    }
                },
                retry.next(),
                TimeUnit.MILLISECONDS);
    }

    /** Called for an event that Redis has not stored; a replica is left at once. */
    void onRefusedEvent(Throwable failure) {
        String code = Problems.code(failure);
        if (code.isEmpty()) {
            return;
        }
        refusals.onRefused(this, Problems.text(failure));
        if (code.equals("READONLY")) {
            execute(() -> {
                if (state == Engine.State.UP) {
                    away(Problems.text(failure));
                }
            });
        }
    }

    void onAcceptedEvent() {
        refusals.onAccepted(this);
    }

    private void stopHearing() {
        StatefulRedisPubSubConnection<ChannelName, byte[]> open = hearing;
        hearing = null;
        channels.disconnected();
        closeIfConnection(open);
    }

    // --- the probe

    /** Closes the connections if a command has no answer for the time limit. */
    private void watch() {
        if (commands.isStalled() && connection != null && !closed) {
            away("no answer within " + timeout.toMillis() + " ms");
        }
    }

    private void probe() {
        NodeId node = self;
        if (state != Engine.State.UP || closed || node == null) {
            return;
        }
        if (channels.isLate(System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(limitMillis()))) {
            deaf("subscriptions not confirmed within " + limitMillis() + " ms", Engine.Cause.DEAF);
            return;
        }
        int own = attempt;
        long number = ++probesSent;
        byte[] channel = probeChannel();
        byte[] message = Names.bytes(Long.toString(number));
        probeStarted = ClusterMetrics.PROBE.start();
        CompletableFuture<Long> published = commands.execute(message.length, redis -> redis.publish(channel, message));
        CompletableFuture<String> info = commands.execute(0, redis -> redis.info("replication"));
        var unused1 = info.whenComplete((answer, failure) -> execute(() -> {
            if (failure == null && own == attempt) {
                onReplication(answer);
            }
        }));
        askSentinels();
        watchSentinel();
        var unused2 = loop.schedule(
                () -> {
                    if (own != attempt || closed) {
                        return;
                    }
                    if (!published.isDone()) {
                        away("no answer within " + timeout.toMillis() + " ms");
                    } else if (probesHeard < number) {
                        deaf("probe did not come back within " + timeout.toMillis() + " ms", Engine.Cause.DEAF);
                    }
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /**
     * Moves to the primary that Sentinel names, and lets the others ask, too.
     *
     * <p>Events that the old primary accepts after some nodes have moved are in no gap of theirs, so all move at once.
     */
    private void askSentinels() {
        if (sentinels == null || state != Engine.State.UP || closed) {
            return;
        }
        int own = attempt;
        var unused = sentinels
                .primary()
                .whenComplete((address, failure) -> execute(() -> {
                    if (failure == null && own == attempt && !closed && !address.equals(primary)) {
                        byte[] channel = Names.bytes(names.moved());
                        var unused1 = commands.execute(0, redis -> redis.publish(channel, new byte[0]))
                                .whenComplete((told, untold) -> execute(() -> {
                                    if (own == attempt && !closed) {
                                        away("Sentinel names another primary, " + address);
                                    }
                                }));
                    }
                }));
    }

    private byte[] probeChannel() {
        NodeId node = self;
        return Names.bytes(node == null ? names.all() : names.probe(node));
    }

    private void onProbe(long number) {
        if (number > 0) {
            retry.reset(); // both connections work
        }
        if (number == probesSent && probesHeard < number) {
            ClusterMetrics.PROBE.end(probeStarted);
        }
        probesHeard = Math.max(probesHeard, number);
    }

    private void onReplication(String answer) {
        ServerInfo before = server;
        ServerInfo now = ServerInfo.read(answer);
        if (before == null
                || (now.replicationId().equals(before.replicationId())
                        && now.role().equals(before.role()))) {
            return;
        }
        server = new ServerInfo(before.version(), now.role(), now.replicationId(), now.replicas());
        if (!server.problem().isEmpty()) {
            away(server.problem());
            return;
        }
        Engine.Listener receiver = listener;
        if (receiver != null) {
            receiver.onContinuityLost(null, Engine.Cause.SERVER_CHANGED);
        }
    }

    /** Receives the messages of one connection; called by a thread of the client. */
    private final class Hearer extends RedisPubSubAdapter<ChannelName, byte[]> {
        private final StatefulRedisPubSubConnection<ChannelName, byte[]> from;

        Hearer(StatefulRedisPubSubConnection<ChannelName, byte[]> from) {
            this.from = from;
        }

        @Override
        public void message(ChannelName channelName, byte[] message) {
            Engine.Listener receiver = listener;
            NodeId node = self;
            if (from != hearing || receiver == null || node == null) {
                return;
            }
            String channel = channelName.text();
            String topic = names.topicOf(channel);
            if (topic != null) {
                receiver.onEvent(topic, message);
            } else if (channel.equals(names.probe(node))) {
                String number = Names.text(message);
                if (NUMBER.matcher(number).matches()) { // others may publish here
                    execute(() -> onProbe(Long.parseLong(number)));
                }
            } else if (channel.equals(names.moved())) {
                execute(RedisConnections.this::askSentinels);
            } else {
                receiver.onFrame(message);
            }
        }

        @Override
        public void subscribed(ChannelName channel, long count) {
            confirmed(channel, true);
        }

        @Override
        public void unsubscribed(ChannelName channel, long count) {
            confirmed(channel, false);
        }

        private void confirmed(ChannelName channel, boolean subscribed) {
            execute(() -> {
                if (from == hearing) {
                    channels.onConfirmed(channel.text(), subscribed);
                }
            });
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        state = Engine.State.AWAY;
        loop.execute(() -> {
            attempt++;
            commands.connection(null);
            connection = null;
            hearing = null;
            channels.disconnected();
            clients.shutdown(timeout); // closes the connections
            long quiet = Math.min(QUIET_MILLIS, timeout.toMillis()); // closing connections release their buffers
            var unused = loop.shutdownGracefully(quiet, timeout.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    /** Returns the address of the server, without the user and the password. */
    @Override
    public String toString() {
        if (!uri.getSentinels().isEmpty()) {
            return "Sentinel " + uri.getSentinelMasterId();
        }
        return uri.getSocket() != null ? uri.getSocket() : uri.getHost() + ":" + uri.getPort();
    }
}
