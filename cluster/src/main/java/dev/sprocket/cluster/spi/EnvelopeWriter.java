package dev.sprocket.cluster.spi;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes envelopes; names in maps and sets are sorted, so equal envelopes have equal bytes. */
final class EnvelopeWriter {
    /** Size of an envelope without names and payload, in bytes. */
    private static final int FIXED_SIZE = 128;

    private final DataOutputStream out;

    private EnvelopeWriter(DataOutputStream out) {
        this.out = out;
    }

    static byte[] write(Envelope envelope) {
        byte[] payload = envelope.payload();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIXED_SIZE + payload.length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            new EnvelopeWriter(out).envelope(envelope);
        } catch (IOException e) { // not thrown by a stream in memory
            throw new UncheckedIOException(e);
        }
        if (bytes.size() > Envelope.MAX_SIZE) {
            throw new IllegalArgumentException(
                    "envelope of " + bytes.size() + " bytes (expected: at most " + Envelope.MAX_SIZE + ")");
        }
        return bytes.toByteArray();
    }

    private void envelope(Envelope envelope) throws IOException {
        out.writeByte(Envelope.VERSION);
        out.writeByte(flags(envelope));
        out.writeLong(envelope.time().toEpochMilli());
        out.writeLong(envelope.publication());
        Position position = envelope.position();
        if (position != null) {
            out.writeLong(position.epoch());
            out.writeLong(position.offset());
            out.writeLong(envelope.previous());
        }
        shortText(envelope.from().name());
        out.writeLong(envelope.from().incarnation());
        text(envelope.topic());
        shortText(envelope.payloadType());
        if (!envelope.publisher().isEmpty()) {
            publisher(new TreeMap<>(envelope.publisher()));
        }
        if (filters(envelope.audience()) > 0) {
            audience(envelope.audience());
        }
        String traceparent = envelope.traceparent();
        if (traceparent != null) {
            shortText(traceparent);
        }
        out.writeInt(envelope.payload().length);
        out.write(envelope.payload());
    }

    private static int flags(Envelope envelope) {
        return (envelope.position() == null ? 0 : Envelope.POSITION)
                | (envelope.retain() ? Envelope.RETAIN : 0)
                | (envelope.publisher().isEmpty() ? 0 : Envelope.PUBLISHER)
                | (filters(envelope.audience()) == 0 ? 0 : Envelope.AUDIENCE)
                | (envelope.traceparent() == null ? 0 : Envelope.TRACEPARENT);
    }

    private void publisher(Map<String, String> disclosed) throws IOException {
        out.writeByte(limited(disclosed.size(), 0xFF, "names of a publisher"));
        for (Map.Entry<String, String> entry : disclosed.entrySet()) {
            shortText(entry.getKey());
            text(entry.getValue());
        }
    }

    /** Returns whether an audience is restricted by a property. */
    private static boolean isRestricted(Audience audience, Audience.By property) {
        return !audience.excluded(property).isEmpty() || audience.eligible(property) != null;
    }

    private static int kind(Audience.By property) {
        return switch (property) {
            case IDS -> 0;
            case USERS -> 1;
            case ROLES -> 2;
        };
    }

    private static int filters(Audience audience) {
        int filters = audience.publisher() == null ? 0 : 1;
        for (Audience.By property : Audience.By.values()) {
            filters += isRestricted(audience, property) ? 1 : 0;
        }
        return filters;
    }

    private void audience(Audience audience) throws IOException {
        out.writeByte(filters(audience));
        for (Audience.By property : Audience.By.values()) {
            if (isRestricted(audience, property)) {
                filter(kind(property), audience.excluded(property), audience.eligible(property));
            }
        }
        String publisher = audience.publisher();
        if (publisher != null) {
            filter(EnvelopeReader.PUBLISHER_FILTER, Set.of(publisher), null);
        }
    }

    private void filter(int kind, Set<String> excluded, @Nullable Set<String> eligible) throws IOException {
        out.writeByte(kind);
        names(excluded);
        out.writeBoolean(eligible != null);
        if (eligible != null) {
            names(eligible);
        }
    }

    private void names(Collection<String> names) throws IOException {
        out.writeShort(limited(names.size(), 0xFFFF, "names of an audience"));
        for (String name : new TreeSet<>(names)) {
            text(name);
        }
    }

    private void shortText(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(limited(utf8.length, 0xFF, "bytes of a short text"));
        out.write(utf8);
    }

    private void text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(limited(utf8.length, 0xFFFF, "bytes of a text"));
        out.write(utf8);
    }

    private static int limited(int count, int limit, String what) {
        if (count > limit) {
            throw new IllegalArgumentException(
                    "envelope with " + count + " " + what + " (expected: at most " + limit + ")");
        }
        return count;
    }
}
