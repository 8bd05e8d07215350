package dev.sprocket.core.internal.log;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Facts about one request or connection for access logs.
 *
 * <p>The protocol layers fill it in and end it once. Exists only below an access log. Confined to the connection's
 * event loop, except the user.
 */
public final class AccessRecord {
    /** Access log that gets the records of requests. */
    @FunctionalInterface
    public interface Sink {
        /** Called once, at the end of a request or connection. Must not block. */
        void log(AccessRecord ended);
    }

    /**
     * Request line and headers.
     *
     * @param path path and query
     * @param headers referer, user agent, host and traceparent
     */
    public record Request(String method, String path, String protocol, Headers headers) {}

    /** Headers that access logs contain; null if missing. */
    public record Headers(
            @Nullable String referer, @Nullable String agent, @Nullable String host, @Nullable String trace) {
        /** No headers. */
        public static final Headers NONE = new Headers(null, null, null, null);
    }

    private static final AttributeKey<AccessRecord> KEY = AttributeKey.of("access record", "is an access log below?");
    private static final AttributeKey<Sink> SINK = AttributeKey.of("access log", "is an access log below?");

    private final Instant time = Instant.now();
    private final long startedAt = System.nanoTime();
    private final List<Sink> sinks = new ArrayList<>(1);
    private String peer = "";
    private @Nullable Request request;
    private int status;
    private long bytes;
    private int closeCode;
    private long messages;
    private long received = -1;
    private volatile @Nullable String user;
    private @Nullable SentBytes sent;
    private long sentBefore;
    private long duration = -1;

    /** Creates the record of a request or connection. */
    public AccessRecord() {}

    /** Lets an access log get the records of all requests of a connection. */
    public static void logRequests(Connection conn, Sink sink) {
        Sink outer = SINK.find(conn).orElse(null);
        SINK.set(
                conn,
                outer == null
                        ? sink
                        : ended -> {
                            outer.log(ended);
                            sink.log(ended);
                        });
    }

    /** Begins the record of a request if the connection has an access log. */
    public static void begin(Connection socket, Connection exchange) {
        SINK.find(socket).ifPresent(sink -> create(exchange).add(sink));
    }

    /** Returns a record for a request without an exchange; null without an access log. */
    public static @Nullable AccessRecord ofRejected(Connection socket) {
        Sink sink = SINK.find(socket).orElse(null);
        if (sink == null) {
            return null;
        }
        AccessRecord rejected = new AccessRecord();
        rejected.add(sink);
        return rejected;
    }

    /** Creates the record of a connection. */
    public static AccessRecord create(Connection conn) {
        AccessRecord created = new AccessRecord();
        KEY.set(conn, created);
        return created;
    }

    /** Returns the record of the request or connection below. */
    public static Optional<AccessRecord> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Sets the user of the request or connection below, if it has a record. */
    public static void user(Connection conn, String name) {
        KEY.find(conn).ifPresent(record -> record.user = name);
    }

    /** Adds an access log, unless it was added before. */
    public void add(Sink sink) {
        if (!sinks.contains(sink)) {
            sinks.add(sink);
        }
    }

    /** Sets the status of a stream, whose bytes are counted from now on. */
    public void stream(int code, SentBytes counter) {
        status = code;
        sent = counter;
        sentBefore = counter.total();
    }

    /** Counts received messages, for connections without requests. */
    public void receive(int count, long size) {
        messages += count;
        received = Math.max(0, received) + size;
    }

    /** Sets the close code of a WebSocket. */
    public void close(int code) {
        closeCode = code;
    }

    /**
     * Ends the record and passes it to the access logs.
     *
     * @param peerName address of the client, without port
     * @param line request; null if there was none
     * @param code status, unless a stream has begun
     * @param bodyBytes bytes of the body, without those of a stream
     */
    public void end(String peerName, @Nullable Request line, int code, long bodyBytes) {
        if (duration >= 0) {
            return;
        }
        duration = System.nanoTime() - startedAt;
        peer = peerName;
        request = line;
        if (status == 0) {
            status = code;
        }
        bytes = bodyBytes + (sent == null ? 0 : sent.total() - sentBefore);
        sinks.forEach(sink -> sink.log(this));
    }

    /** Returns the start of the request or connection. */
    public Instant time() {
        return time;
    }

    /** Returns the duration in milliseconds. */
    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(Math.max(0, duration));
    }

    /** Returns the address of the client, without port. */
    public String peer() {
        return peer;
    }

    /** Returns the request; null if there was none. */
    public @Nullable Request request() {
        return request;
    }

    /** Returns the status of the response. */
    public int status() {
        return status;
    }

    /** Returns the bytes of the body, or those that were sent on the connection. */
    public long bytes() {
        return bytes;
    }

    /** Returns the close code of a WebSocket; 0 for others. */
    public int closeCode() {
        return closeCode;
    }

    /** Returns the number of received messages. */
    public long messages() {
        return messages;
    }

    /** Returns the number of received bytes; negative if they are not counted. */
    public long received() {
        return received;
    }

    /** Returns the authenticated user; null if there is none. */
    public @Nullable String user() {
        return user;
    }
}
