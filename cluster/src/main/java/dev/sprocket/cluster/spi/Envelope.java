package dev.sprocket.cluster.spi;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Position;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Event on its way between nodes.
 *
 * <p>Its format is described in {@code docs/envelope.md}. The payload stays in the form in which it was published, and
 * is not parsed.
 */
@Immutable
@SuppressWarnings("Immutable") // the payload is not changed by anybody
public final class Envelope {
    /** Version that this class writes, and the only one that it reads. */
    public static final int VERSION = 1;
    /** Payload type of JSON text in UTF-8. */
    public static final String JSON = "json";
    /** Maximum size of an envelope, in bytes: 64 MiB. */
    public static final int MAX_SIZE = 64 << 20;

    static final int POSITION = 1;
    static final int RETAIN = 2;
    static final int PUBLISHER = 4;
    static final int AUDIENCE = 8;
    static final int TRACEPARENT = 16;
    static final int KNOWN_FLAGS = 31;

    private static final int FLAGS_AT = 1;
    private static final int TIME_AT = 2;
    private static final int PUBLICATION_AT = 10;
    /** Size of what is in front of the position: version, flags, time and publication id. */
    public static final int HEAD_SIZE = 18;

    private static final int POSITION_SIZE = 24;

    private final Builder fields;
    private final byte[] payload;

    private Envelope(Builder fields) {
        this.fields = fields;
        this.payload = fields.payload;
    }

    /**
     * Creates a builder.
     *
     * @param from node of the publisher
     * @param topic name of the topic
     * @param publication publication id, 1 to 2^53
     * @param payloadType type of the payload, such as {@link #JSON}; at most 255 bytes
     * @param payload payload; must not be changed afterwards
     */
    public static Builder builder(NodeId from, String topic, long publication, String payloadType, byte[] payload) {
        return new Builder(from, topic, publication, payloadType, payload);
    }

    /** Builds an envelope. */
    public static final class Builder {
        private final NodeId from;
        private final String topic;
        private final long publication;
        private final String payloadType;
        private final byte[] payload;
        private Instant time = Instant.EPOCH;
        private @Nullable Position position;
        private long previous;
        private boolean retain;
        private Map<String, String> publisher = Map.of();
        private Audience audience = Audience.ALL;
        private @Nullable String traceparent;

        private Builder(NodeId from, String topic, long publication, String payloadType, byte[] payload) {
            this.from = from;
            this.topic = topic;
            this.publication = publication;
            this.payloadType = payloadType;
            this.payload = payload;
        }

        private Builder(Builder other) {
            this(other.from, other.topic, other.publication, other.payloadType, other.payload);
            time = other.time;
            position = other.position;
            previous = other.previous;
            retain = other.retain;
            publisher = other.publisher;
            audience = other.audience;
            traceparent = other.traceparent;
        }

        /** Sets the time of publishing, in milliseconds. */
        public Builder time(Instant published) {
            time = published;
            return this;
        }

        /**
         * Sets the position in the log.
         *
         * @param previousOffset offset of the previous event of the topic
         */
        public Builder position(Position own, long previousOffset) {
            position = own;
            previous = previousOffset;
            return this;
        }

        /** Retains the event for later subscribers. */
        public Builder retain(boolean retained) {
            retain = retained;
            return this;
        }

        /** Sets what is disclosed of the publisher, by name; at most 255 names. */
        public Builder publisher(Map<String, String> disclosed) {
            publisher = Map.copyOf(disclosed);
            return this;
        }

        /**
         * Sets the subscribers that may receive the event.
         *
         * @throws IllegalArgumentException if it has a test of the application, which cannot travel
         */
        public Builder audience(Audience recipients) {
            if (!recipients.isData()) {
                throw new IllegalArgumentException(
                        "audience with a test of the application (expected: ids, as other nodes cannot run the test)");
            }
            audience = recipients;
            return this;
        }

        /** Sets the trace context (W3C Trace Context, section 3.2); at most 255 bytes. */
        public Builder traceparent(@Nullable String context) {
            traceparent = context;
            return this;
        }

        /** Creates the envelope. */
        public Envelope build() {
            return new Envelope(new Builder(this));
        }
    }

    /** Returns the node of the publisher. */
    public NodeId from() {
        return fields.from;
    }

    /** Returns the name of the topic. */
    public String topic() {
        return fields.topic;
    }

    /** Returns the publication id. */
    public long publication() {
        return fields.publication;
    }

    /** Returns the time of the publisher; for an event in a log, of the engine. */
    public Instant time() {
        return fields.time;
    }

    /** Returns the position in the log; null if it has none. */
    public @Nullable Position position() {
        return fields.position;
    }

    /** Returns the offset of the previous event of the topic in the log. */
    public long previous() {
        return fields.previous;
    }

    /** Reports whether the event is retained for later subscribers. */
    public boolean retain() {
        return fields.retain;
    }

    /** Returns what is disclosed of the publisher, by name. */
    public Map<String, String> publisher() {
        return fields.publisher;
    }

    /** Returns the subscribers that may receive the event. */
    public Audience audience() {
        return fields.audience;
    }

    /** Returns the trace context; null if there is none. */
    public @Nullable String traceparent() {
        return fields.traceparent;
    }

    /** Returns the type of the payload. */
    public String payloadType() {
        return fields.payloadType;
    }

    /** Returns the payload, which must not be changed. */
    public byte[] payload() {
        return payload;
    }

    /**
     * Returns the bytes of this envelope.
     *
     * @throws IllegalArgumentException if a field is too long, or the envelope is larger than {@link #MAX_SIZE}
     */
    public byte[] toBytes() {
        return EnvelopeWriter.write(this);
    }

    /**
     * Reads an envelope.
     *
     * @throws EnvelopeException if the bytes are not an envelope of a known version; contains the offset
     */
    public static Envelope read(byte[] bytes) throws EnvelopeException {
        return new EnvelopeReader(bytes).read();
    }

    /** Reports whether bytes are an envelope with a position, without reading the others. */
    public static boolean hasPosition(byte[] bytes) {
        return bytes.length > FLAGS_AT && bytes[0] == VERSION && (bytes[FLAGS_AT] & POSITION) != 0;
    }

    /** Returns the publication id of an envelope, without reading the rest. */
    public static long publication(byte[] envelope) {
        return ByteBuffer.wrap(envelope).getLong(PUBLICATION_AT);
    }

    /**
     * Returns the bytes of an envelope with a position and the time of the engine.
     *
     * @param unstamped envelope without a position, as written by {@link #toBytes}
     */
    public static byte[] stamp(byte[] unstamped, long timeMillis, long epoch, long offset, long previous) {
        if ((unstamped[FLAGS_AT] & POSITION) != 0) {
            throw new IllegalArgumentException("envelope with a position (expected: none)");
        }
        byte[] stamped = new byte[unstamped.length + POSITION_SIZE];
        System.arraycopy(unstamped, 0, stamped, 0, HEAD_SIZE);
        System.arraycopy(unstamped, HEAD_SIZE, stamped, HEAD_SIZE + POSITION_SIZE, unstamped.length - HEAD_SIZE);
        stamped[FLAGS_AT] |= POSITION;
        ByteBuffer.wrap(stamped)
                .putLong(TIME_AT, timeMillis)
                .putLong(HEAD_SIZE, epoch)
                .putLong(HEAD_SIZE + 8, offset)
                .putLong(HEAD_SIZE + 16, previous);
        return stamped;
    }

    @Override
    public String toString() {
        return "envelope from=" + fields.from + " publication=" + fields.publication + " position="
                + Objects.toString(fields.position) + " bytes=" + payload.length;
    }
}
