package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Engine on Redis 6.2 or newer.
 *
 * <p>Uses two connections: one for commands and one for subscriptions. A URI names a single server, or the Sentinels of
 * one: {@code redis://user:password@host:6379/0}, {@code rediss://…} for TLS, {@code
 * redis-sentinel://host1,host2/0#master}.
 */
@ThreadSafe
@SuppressWarnings("NullAway") // JDK 17 hides type annotations in the class files of another module
public final class RedisEngine implements Engine {
    /** Default prefix of keys and channels. */
    public static final String DEFAULT_PREFIX = "sprocket";
    /** Default limit of a command, and of the way of a probe. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);
    /** Default time between probes. */
    public static final Duration DEFAULT_PROBE_INTERVAL = Duration.ofSeconds(3);

    /** Memory that counts for each event in the log, beside its envelope, in bytes. */
    private static final int OVERHEAD = 96;
    /** Largest number of topics of one comparison. */
    private static final int MAX_CHECKED = 1000;

    private final Names names;
    private final RedisConnections link;
    private final Directory directory;

    private RedisEngine(Builder builder) {
        this.names = new Names(builder.prefix, builder.uri.getDatabase());
        this.link = new RedisConnections(
                builder.uri,
                names,
                builder.timeout,
                builder.probeInterval,
                builder.maxPendingBytes,
                builder.certificates,
                builder.replicas);
        this.directory = new RedisDirectory(names, link.commands());
    }

    /**
     * Creates a builder.
     *
     * @throws IllegalArgumentException if it is not a URI of Redis; the message does not contain it
     */
    public static Builder builder(String uri) {
        try {
            return new Builder(RedisURI.create(uri));
        } catch (RuntimeException e) { // its message may contain the password
            throw new IllegalArgumentException("Redis URI (expected: redis://user:password@host:port/database,"
                    + " rediss://… for TLS, or redis-sentinel://host1,host2/database#master)");
        }
    }

    /** Builds an engine. */
    public static final class Builder {
        private final RedisURI uri;
        private String prefix = DEFAULT_PREFIX;
        private Duration timeout = DEFAULT_TIMEOUT;
        private Duration probeInterval = DEFAULT_PROBE_INTERVAL;
        private long maxPendingBytes = 32 << 20;
        private @Nullable Path certificates;
        private @Nullable Replicas replicas;

        private Builder(RedisURI uri) {
            this.uri = uri;
        }

        /**
         * Sets the prefix of keys and channels, by which several sites share one Redis.
         *
         * @throws IllegalArgumentException if it is empty, or longer than 100 characters
         */
        @CanIgnoreReturnValue
        public Builder prefix(String keyPrefix) {
            if (keyPrefix.isEmpty() || keyPrefix.length() > 100) {
                throw new IllegalArgumentException("prefix of " + keyPrefix.length() + " characters (expected: 1-100)");
            }
            prefix = keyPrefix;
            return this;
        }

        /** Sets the time limit to connect, for an answer, and for a probe. */
        @CanIgnoreReturnValue
        public Builder timeout(Duration longest) {
            timeout = positive(longest);
            return this;
        }

        /** Sets the time between probes. */
        @CanIgnoreReturnValue
        public Builder probeInterval(Duration interval) {
            probeInterval = positive(interval);
            return this;
        }

        /** Sets the limit of unanswered commands, in bytes; 32 MiB by default. */
        @CanIgnoreReturnValue
        public Builder maxPendingBytes(long bytes) {
            maxPendingBytes = bytes;
            return this;
        }

        /**
         * Sets the authorities that are trusted with {@code rediss}; those of the JVM by default.
         *
         * @param pem file with one certificate or several
         * @throws IllegalArgumentException if it has none, or cannot be read
         */
        @CanIgnoreReturnValue
        public Builder trustedCertificates(Path pem) {
            try (InputStream in = Files.newInputStream(pem)) {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(in)
                        .isEmpty()) {
                    throw new IllegalArgumentException("no certificates in " + pem + " (expected: PEM)");
                }
            } catch (IOException | CertificateException e) {
                throw new IllegalArgumentException("certificates in " + pem + " not readable (expected: PEM)", e);
            }
            certificates = pem;
            return this;
        }

        /**
         * Makes publishes on topics with a log wait for replicas ({@code WAIT} of Redis).
         *
         * <p>A publish then succeeds only if as many replicas have confirmed it, so that one failover to any of them
         * keeps it. Otherwise it fails with {@link EventLog.UnavailableException}, although the event is stored and
         * delivered: a publisher that repeats it does so with the key of the event. All other commands wait meanwhile,
         * so the time is short.
         *
         * @param count number of replicas, 1 or more
         * @param longest time to wait for them, at most half of the {@linkplain #timeout time limit} for an answer
         * @throws IllegalArgumentException if the number or the time is less than 1
         */
        @CanIgnoreReturnValue
        public Builder waitReplicas(int count, Duration longest) {
            if (count < 1 || longest.toMillis() < 1) { // 0 waits without a limit
                throw new IllegalArgumentException(
                        "replicas: " + count + " within " + longest + " (expected: 1 or more, within 1 ms or more)");
            }
            replicas = new Replicas(count, longest.toMillis());
            return this;
        }

        private static Duration positive(Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("time of " + time + " (expected: more than 0)");
            }
            return time;
        }

        /**
         * Creates the engine, which connects when a node starts it.
         *
         * @throws IllegalArgumentException if it would wait for replicas longer than half of the time limit
         */
        public RedisEngine build() {
            if (replicas != null && 2 * replicas.timeoutMillis() > timeout.toMillis()) {
                throw new IllegalArgumentException("wait of " + replicas.timeoutMillis()
                        + " ms for replicas (expected: at most " + timeout.toMillis() / 2
                        + " ms, half of the timeout)");
            }
            return new RedisEngine(this);
        }
    }

    @Override
    public void start(NodeId self, Listener listener) {
        link.start(self, listener);
    }

    @Override
    public ScheduledExecutorService executor() {
        return link.loop();
    }

    @Override
    public State state() {
        return link.state();
    }

    @Override
    public CompletionStage<Void> subscribe(Collection<String> topics) {
        return link.subscribe(List.copyOf(topics));
    }

    @Override
    public CompletionStage<Void> unsubscribe(Collection<String> topics) {
        return link.unsubscribe(List.copyOf(topics));
    }

    @Override
    public CompletionStage<Void> relay(String topic, byte[] envelope) {
        return publish(names.topicChannel(topic), envelope);
    }

    private CompletionStage<Void> publish(String channel, byte[] message) {
        return link.commands()
                .<Long>execute(message.length, redis -> redis.publish(Names.bytes(channel), message))
                .thenAccept(receivers -> {});
    }

    private static byte[] text(long number) {
        return Names.bytes(Long.toString(number));
    }

    /** Returns the epoch of a log that may be new. */
    private static byte[] newEpoch() {
        return bytes(ThreadLocalRandom.current().nextLong() | 1);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public CompletionStage<Appended> append(
            String topic, byte[] envelope, TopicSettings.History limits, @Nullable Collection<String> mailboxes) {
        long publication = Envelope.publication(envelope);
        List<byte[]> arguments = new ArrayList<>(List.of(
                newEpoch(),
                envelope,
                text(limits.events()),
                text(limits.bytes()),
                text(limits.ttl().toMillis()),
                Names.bytes(names.topicChannel(topic)),
                text(OVERHEAD)));
        if (mailboxes == null) {
            arguments.add(Names.bytes(names.all()));
        } else {
            mailboxes.forEach(node -> arguments.add(Names.bytes(names.mailbox(node))));
        }
        return link.commands()
                .script(Script.APPEND, names.log(topic), arguments.toArray(byte[][]::new))
                .whenComplete((reply, failure) -> {
                    if (failure == null) {
                        link.onAcceptedEvent();
                    } else {
                        link.onRefusedEvent(failure);
                    }
                })
                .thenApply(reply -> {
                    long epoch = ByteBuffer.wrap(reply.bytes(0)).getLong();
                    long offset = reply.number(1);
                    return new Appended(Position.of(epoch, offset, publication), offset - 1);
                });
    }

    private CompletableFuture<Reply> place(Script script, String topic, Position after, int maxEvents, long maxBytes) {
        boolean earliest = after.equals(Position.EARLIEST);
        return link.commands()
                .script(
                        script,
                        names.log(topic),
                        newEpoch(),
                        earliest ? new byte[0] : bytes(after.epoch()),
                        text(earliest ? 0 : after.offset()),
                        text(maxEvents),
                        text(maxBytes))
                .thenCompose(reply -> {
                    Gap gap = reply.gap(topic, after);
                    // the offset is there, but of another event: answers begin with the oldest event
                    return gap == null || reply.beginsAtBase()
                            ? CompletableFuture.completedFuture(reply)
                            : place(script, topic, Position.EARLIEST, maxEvents, maxBytes);
                });
    }

    @Override
    public CompletionStage<EventLog.Place> find(String topic, Position after, int maxEvents, long maxBytes) {
        return place(Script.FIND, topic, after, maxEvents, maxBytes).thenApply(reply -> {
            Position limited = reply.position(0, Reply.PLACE_SIZE);
            Position newest = reply.position(0, Reply.PLACE_SIZE + 2);
            return new EventLog.Place(reply.position(0, 6), limited, newest, reply.top(), reply.gap(topic, after));
        });
    }

    @Override
    public CompletionStage<Excerpt> read(String topic, Position after, int maxEvents, int maxBytes) {
        return place(Script.READ, topic, after, maxEvents, maxBytes).thenApply(reply -> {
            List<byte[]> envelopes = new ArrayList<>();
            for (int i = Reply.PLACE_SIZE; i < reply.size(); i++) {
                envelopes.add(reply.bytes(i));
            }
            return new Excerpt(envelopes, reply.gap(topic, after));
        });
    }

    @Override
    public CompletionStage<byte @Nullable []> find(String topic, long publication) {
        return link.commands()
                .script(Script.PUBLICATION, names.log(topic), newEpoch(), bytes(publication))
                .thenApply(reply -> reply.size() == 0 ? null : reply.bytes(0));
    }

    @Override
    public CompletionStage<Set<String>> check(Map<String, Position> newest) {
        List<String> topics = List.copyOf(newest.keySet());
        Set<String> differing = new HashSet<>();
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (int from = 0; from < topics.size(); from += MAX_CHECKED) {
            List<String> batch = topics.subList(from, Math.min(topics.size(), from + MAX_CHECKED));
            byte[][] keys = batch.stream().map(names::state).toArray(byte[][]::new);
            all = all.thenCombine(link.commands().script(Script.CHECK, keys), (before, reply) -> {
                for (int i = 0; i < batch.size(); i++) {
                    String topic = batch.get(i);
                    if (reply.bytes(3 * i).length == 0
                            || !reply.position(3 * i, 3 * i + 1).equals(newest.get(topic))) {
                        differing.add(topic);
                    }
                }
                return before;
            });
        }
        return all.thenApply(done -> differing);
    }

    @Override
    public CompletionStage<Void> clear(String topic) {
        return link.commands()
                .script(Script.CLEAR, names.log(topic), newEpoch())
                .thenAccept(reply -> {});
    }

    @Override
    public CompletionStage<EventLog.Statistics> statistics(String topic) {
        return link.commands()
                .script(Script.STATISTICS, names.log(topic), newEpoch())
                .thenApply(reply ->
                        new EventLog.Statistics(reply.top(), (int) reply.number(3), reply.number(4), reply.number(5)));
    }

    @Override
    public CompletionStage<Boolean> retain(
            String topic, byte[] envelope, boolean restricted, EventLog.RetainLimits limits) {
        return link.commands()
                .script(
                        Script.RETAIN,
                        names.retained(),
                        Names.bytes(topic),
                        text(restricted ? 2 : 1),
                        envelope,
                        text(limits.ttlMillis()),
                        text(limits.maxEvents()),
                        text(limits.maxBytes()))
                .thenApply(reply -> reply.number(0) == 1);
    }

    @Override
    public CompletionStage<List<byte[]>> retained(MatchPolicy match, String pattern, int max) {
        if (match == MatchPolicy.EXACT) {
            return retained(List.of(Names.bytes(pattern)));
        }
        byte[] prefix = Names.bytes(match.literalPrefix(pattern));
        byte[] end = Arrays.copyOf(prefix, prefix.length + 1);
        end[prefix.length] = (byte) 0xFF; // behind all UTF-8
        // a wildcard is compared here: it may match any of those
        Limit limit = match == MatchPolicy.PREFIX ? Limit.create(0, max + 1L) : Limit.unlimited();
        return link.commands()
                .<List<byte[]>>execute(
                        prefix.length,
                        redis -> redis.zrangebylex(names.retained()[2], Range.create(prefix, end), limit))
                .thenCompose(found -> retained(found.stream()
                        .filter(name -> match.matches(pattern, Names.text(name)))
                        .limit(max + 1L)
                        .toList()));
    }

    private CompletableFuture<List<byte[]>> retained(List<byte[]> topics) {
        if (topics.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return link.commands()
                .script(Script.RETAINED, names.retained(), topics.toArray(byte[][]::new))
                .thenApply(reply -> {
                    List<byte[]> envelopes = new ArrayList<>(reply.size());
                    for (int i = 0; i < reply.size(); i++) {
                        envelopes.add(reply.bytes(i));
                    }
                    return envelopes;
                });
    }

    @Override
    public CompletionStage<Boolean> clearRetained(String topic) {
        return link.commands()
                .script(Script.UNRETAIN, names.retained(), Names.bytes(topic))
                .thenApply(reply -> reply.number(0) == 1);
    }

    @Override
    public CompletionStage<Void> send(String node, byte[] frame) {
        return publish(names.mailbox(node), frame);
    }

    @Override
    public CompletionStage<Void> sendAll(byte[] frame) {
        return publish(names.all(), frame);
    }

    @Override
    public Directory directory() {
        return directory;
    }

    @Override
    public CompletionStage<Report> report() {
        return ServerReport.read(link.commands(), link.hasSentinel());
    }

    @Override
    public void close() {
        link.close();
    }

    /** Returns the address of the server, without the user and the password. */
    @Override
    public String toString() {
        return link.toString();
    }
}
