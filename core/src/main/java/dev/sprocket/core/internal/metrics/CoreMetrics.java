package dev.sprocket.core.internal.metrics;

import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.metrics.Metric.Tag;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counters of sockets, event loops and TLS. */
public final class CoreMetrics implements MetricSource {
    /** Protocol of an open connection. A WebSocket is no longer an HTTP connection. */
    public enum Protocol implements Tag {
        /** Raw bytes, or a handshake that has not ended. */
        TCP("tcp"),
        HTTP_1("http1"),
        HTTP_2("http2"),
        WEBSOCKET("websocket"),
        RAW_SOCKET("rawsocket");

        private final String tag;

        Protocol(String tag) {
            this.tag = tag;
        }

        @Override
        public String tag() {
            return tag;
        }
    }

    /** Reason for which a connection is not served. */
    public enum Refusal {
        /** The limit {@code max-connections} of all servers, or of the memory. */
        MAX_CONNECTIONS,
        /** The number of connections of a limiter, in total or for one address. */
        LIMIT,
        /** The address is denied. */
        ADDRESS,
        /** The origin is not allowed. */
        ORIGIN,
        /** No PROXY header, or not of a trusted proxy. */
        PROXY,
        /** The process has no file descriptor left; counted once a second. */
        DESCRIPTORS,
        /** Another error of the operating system; counted once a second. */
        ACCEPT_ERROR
    }

    /** Result of a TLS handshake. */
    public enum Handshake {
        SUCCESS,
        FAILURE,
        TIMEOUT,
        /** The client does not use TLS. */
        NOT_TLS
    }

    /** Policy by which events are lost. */
    public enum Policy {
        NONE,
        CLOSE,
        DROP_NEWEST,
        DROP_OLDEST,
        CONFLATE;

        /** Returns the tag of an overflow policy. */
        public static Policy of(OutboundLimit.Overflow overflow) {
            return switch (overflow) {
                case CLOSE -> CLOSE;
                case DROP_NEWEST -> DROP_NEWEST;
                case DROP_OLDEST -> DROP_OLDEST;
                case CONFLATE -> CONFLATE;
            };
        }
    }

    /** Reason for which events are lost. */
    public enum Loss {
        /** A subscriber reads too slowly. */
        SLOW_READER,
        /** The format of a subscriber cannot encode the event. */
        ENCODING,
        /** The log did not take the event. */
        LOG,
        /** The executor of subscribers has ended. */
        EXECUTOR
    }

    /** Way to authenticate. */
    public enum AuthMethod {
        BASIC,
        BEARER,
        CERTIFICATE,
        SESSION,
        ANONYMOUS,
        TICKET,
        WAMPCRA,
        CRYPTOSIGN,
        /** Another method of WAMP. */
        WAMP_OTHER,
        /** Token of a backend that pushes. */
        PUSH_TOKEN,
        /** Signature of a backend that pushes. */
        PUSH_SIGNATURE,
        /** Shared secret of a bridge. */
        SECRET,
        /** A verifier of the application. */
        OTHER
    }

    /** Result of an authentication. */
    public enum AuthOutcome {
        ACCEPTED,
        REJECTED,
        /** The credentials could not be checked. */
        FAILED
    }

    /** Numbers of a running server, read when somebody asks. */
    public interface Server {
        /** Returns the bytes that are pending for slow readers. */
        long pendingBytes();

        /** Returns the number of connections with more pending bytes than are sent at once. */
        long slowConnections();

        /** Returns the time at which the certificate expires, in milliseconds since 1970; null without TLS. */
        @Nullable
        Long certificateExpiry();
    }

    private static final LongAdder[] OPEN = new LongAdder[Protocol.values().length];

    static {
        for (int i = 0; i < OPEN.length; i++) {
            OPEN[i] = new LongAdder();
        }
    }

    /** Connections that were accepted. */
    public static final LongAdder ACCEPTED = new LongAdder();

    public static final TaggedCounter<Refusal> REFUSED = TaggedCounter.of(
            "sprocket.connections.refused", "Connections that were not served", "reason", Refusal.class);
    public static final TaggedCounter<Handshake> HANDSHAKES =
            TaggedCounter.of("sprocket.tls.handshakes", "TLS handshakes", "result", Handshake.class);
    public static final PairCounter<Policy, Loss> LOST = PairCounter.of(
            "sprocket.events.lost",
            "Events that a subscriber did not receive",
            "policy",
            Policy.class,
            "reason",
            Loss.class);
    public static final PairCounter<AuthMethod, AuthOutcome> AUTHENTICATIONS = PairCounter.of(
            "sprocket.authentications",
            "Attempts to authenticate",
            "method",
            AuthMethod.class,
            "result",
            AuthOutcome.class);

    /** Bytes that were received, after TLS. */
    public static final LongAdder RECEIVED = new LongAdder();
    /** Bytes that were sent, before TLS. */
    public static final LongAdder SENT = new LongAdder();

    /** Delay of the timer of an event loop. */
    public static final Distribution LOOP_LAG = new Distribution(
            "sprocket.loop.lag",
            "Delay of the timer of an event loop",
            Distribution.millis(1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 5000));

    /** Servers that are running. */
    public static final LiveObjects<Server> SERVERS = new LiveObjects<>();

    /** Counts an open connection, whose protocol is {@link Protocol#TCP} until it {@linkplain #changed changes}. */
    public static void opened() {
        OPEN[Protocol.TCP.ordinal()].increment();
    }

    /** Ends the count of an open connection. */
    public static void closed() {
        OPEN[Protocol.TCP.ordinal()].decrement();
    }

    /** Counts an open connection under another protocol. */
    public static void changed(Protocol from, Protocol to) {
        OPEN[from.ordinal()].decrement();
        OPEN[to.ordinal()].increment();
    }

    /** Returns the number of open connections. */
    public static long open(Protocol protocol) {
        return OPEN[protocol.ordinal()].sum();
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.gauge(
                        "sprocket.connections",
                        "Open connections by protocol",
                        "protocol",
                        Protocol.class,
                        CoreMetrics::open),
                Metric.counter("sprocket.connections.accepted", null, "Connections that were accepted", ACCEPTED::sum),
                REFUSED.metric(),
                Metric.gauge(
                        "sprocket.connections.slow",
                        null,
                        "Connections that cannot be written to now",
                        () -> SERVERS.sum(Server::slowConnections)),
                Metric.gauge(
                        "sprocket.pending",
                        "bytes",
                        "Bytes that are pending for slow readers",
                        () -> SERVERS.sum(Server::pendingBytes)),
                Metric.counter("sprocket.received", "bytes", "Bytes that were received, after TLS", RECEIVED::sum),
                Metric.counter("sprocket.sent", "bytes", "Bytes that were sent, before TLS", SENT::sum),
                LOST.metric((policy, loss) -> (policy == Policy.NONE) == (loss != Loss.SLOW_READER)),
                AUTHENTICATIONS.metric(),
                HANDSHAKES.metric(),
                Metric.gauge(
                        "sprocket.tls.certificate.expiry",
                        "seconds",
                        "Time until the first certificate expires; a century without TLS",
                        CoreMetrics::secondsUntilExpiry));
    }

    @Override
    public List<Distribution> distributions() {
        return List.of(LOOP_LAG);
    }

    private static long secondsUntilExpiry() {
        long seconds = 100L * 365 * 24 * 3600;
        long now = System.currentTimeMillis();
        for (Server server : SERVERS.all()) {
            Long expiry = server.certificateExpiry();
            if (expiry != null) {
                seconds = Math.min(seconds, (expiry - now) / 1000);
            }
        }
        return seconds;
    }
}
