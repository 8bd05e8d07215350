package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.EnvelopeException;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog.LoggedEvent;
import dev.sprocket.pubsub.Position;
import io.netty.buffer.ByteBufUtil;
import java.time.Instant;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** Conversion between events of topics and envelopes. */
@ThreadSafe
final class Envelopes {
    private static final long MAX_PUBLICATION = 1L << 53;

    /** Forms of payloads other than JSON, by type. */
    private static final Map<String, Event.PayloadFormat> FORMATS = new TreeMap<>();

    static {
        ServiceLoader.load(Event.PayloadFormat.class, Event.class.getClassLoader())
                .forEach(format -> FORMATS.put(format.type(), format));
    }

    private final NodeId self;

    Envelopes(NodeId self) {
        this.self = self;
    }

    /** Returns the publication id of an event, which all nodes use. */
    static long publication(Event event) {
        long given = event.payload(Event.Payload.class)
                .map(Event.Payload::publication)
                .orElse(0L);
        return given != 0 ? given : ThreadLocalRandom.current().nextLong(1, MAX_PUBLICATION);
    }

    /**
     * Returns the bytes of an envelope without a position.
     *
     * @throws IllegalArgumentException if the audience cannot travel, or the event is too large
     */
    byte[] write(String topic, Event event, Audience audience, long publication) {
        Envelope.Builder builder = null;
        Event.Payload payload = event.payload(Event.Payload.class).orElse(null);
        if (payload != null) {
            for (Event.PayloadFormat format : FORMATS.values()) {
                byte[] bytes = format.write(payload);
                if (bytes != null) {
                    builder = Envelope.builder(self, topic, publication, format.type(), bytes);
                }
            }
        }
        if (builder == null) {
            builder = Envelope.builder(self, topic, publication, Envelope.JSON, ByteBufUtil.getBytes(event.content()));
        }
        if (payload != null) {
            builder = builder.retain(payload.isRetained()).publisher(payload.publisher());
        }
        return builder.time(Instant.now())
                .audience(audience)
                .traceparent(event.traceparent().orElse(null))
                .build()
                .toBytes();
    }

    /**
     * Reads an envelope of a topic.
     *
     * @throws EnvelopeException if this node cannot read it
     */
    static Envelope read(String topic, byte[] bytes) throws EnvelopeException {
        Envelope envelope = Envelope.read(bytes);
        if (!envelope.topic().equals(topic)) {
            throw new EnvelopeException("envelope of another topic");
        }
        return envelope;
    }

    /**
     * Returns the event of an envelope.
     *
     * @throws EnvelopeException if the type of its payload is unknown, or the payload is malformed
     */
    static Event event(Envelope envelope) throws EnvelopeException {
        Event event = withoutTrace(envelope);
        String traceparent = envelope.traceparent();
        return traceparent == null ? event : event.traceparent(traceparent);
    }

    private static Event withoutTrace(Envelope envelope) throws EnvelopeException {
        if (envelope.payloadType().equals(Envelope.JSON)) {
            return Event.raw(envelope.payload());
        }
        Event.PayloadFormat format = FORMATS.get(envelope.payloadType());
        if (format == null) {
            throw new EnvelopeException("payload type of "
                    + envelope.payloadType().length() + " characters is unknown (expected: " + Envelope.JSON + " or "
                    + FORMATS.keySet() + ")");
        }
        try {
            return Event.ofPayload(
                    format.read(envelope.payload(), envelope.publication(), envelope.retain(), envelope.publisher()));
        } catch (IllegalArgumentException e) {
            throw new EnvelopeException(String.valueOf(e.getMessage()));
        }
    }

    /** Reads an envelope of the log of a topic. */
    static LoggedEvent logged(String topic, byte[] bytes) throws EnvelopeException {
        Envelope envelope = read(topic, bytes);
        Position position = envelope.position();
        if (position == null) {
            throw new EnvelopeException("envelope in a log without a position");
        }
        return new LoggedEvent(
                position,
                envelope.previous(),
                event(envelope),
                envelope.audience(),
                envelope.publication(),
                envelope.time());
    }

    /** Reports whether this node, in this incarnation, has published an envelope. */
    boolean isOwn(Envelope envelope) {
        return envelope.from().equals(self);
    }
}
