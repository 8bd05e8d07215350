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
import java.util.concurrent.ThreadLocalRandom;

/** Conversion between events of topics and envelopes. */
@ThreadSafe
final class Envelopes {
    private static final long MAX_PUBLICATION = 1L << 53;

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
        return Envelope.builder(self, topic, publication, Envelope.JSON, ByteBufUtil.getBytes(event.content()))
                .time(Instant.now())
                .audience(audience)
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
        if (!envelope.payloadType().equals(Envelope.JSON)) {
            throw new EnvelopeException("payload type of "
                    + envelope.payloadType().length() + " characters is unknown (expected: " + Envelope.JSON + ")");
        }
        return envelope;
    }

    static Event event(Envelope envelope) {
        return Event.raw(envelope.payload());
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
