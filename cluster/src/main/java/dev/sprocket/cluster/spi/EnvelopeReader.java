package dev.sprocket.cluster.spi;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Topics;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an envelope that may have been written by anybody.
 *
 * <p>It allocates no more than a multiple of the size of its input. Not thread-safe.
 */
final class EnvelopeReader {
    /** Kind of the filter that excludes the publisher; the others are those of {@link Audience.By}. */
    static final int PUBLISHER_FILTER = 3;

    private final ByteBuffer in;

    EnvelopeReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    Envelope read() throws EnvelopeException {
        if (in.limit() > Envelope.MAX_SIZE) {
            throw error("size " + in.limit() + " (expected: at most " + Envelope.MAX_SIZE + ")");
        }
        int version = uint8("version");
        if (version != Envelope.VERSION) {
            throw error("version " + version + " (expected: " + Envelope.VERSION + ")");
        }
        int flags = uint8("flags");
        if ((flags & ~Envelope.KNOWN_FLAGS) != 0) {
            throw error("flags " + flags + " (expected: at most " + Envelope.KNOWN_FLAGS + ")");
        }
        long time = int64("time");
        long publication = int64("publication id");
        if (publication < 1 || publication > 1L << 53) {
            throw error("publication id " + publication + " (expected: 1-2^53)");
        }
        long epoch = 0;
        long offset = 0;
        long previous = 0;
        boolean inLog = (flags & Envelope.POSITION) != 0;
        if (inLog) {
            epoch = int64("epoch");
            offset = int64("offset");
            previous = int64("previous");
            if (previous < 0 || offset <= previous) {
                throw error("offset " + offset + " after " + previous + " (expected: increasing from 1)");
            }
        }
        NodeId from = node();
        String topic = topic();
        String payloadType = shortText("payload type");
        Map<String, String> publisher = (flags & Envelope.PUBLISHER) == 0 ? Map.of() : publisher();
        Audience audience = (flags & Envelope.AUDIENCE) == 0 ? Audience.ALL : audience();
        String traceparent = (flags & Envelope.TRACEPARENT) == 0 ? null : shortText("traceparent");
        Envelope.Builder builder = Envelope.builder(from, topic, publication, payloadType, payload())
                .time(Instant.ofEpochMilli(time))
                .retain((flags & Envelope.RETAIN) != 0)
                .publisher(publisher)
                .audience(audience)
                .traceparent(traceparent);
        return (inLog ? builder.position(Position.of(epoch, offset, publication), previous) : builder).build();
    }

    private NodeId node() throws EnvelopeException {
        String name = shortText("node");
        long incarnation = int64("incarnation");
        try {
            return new NodeId(name, incarnation);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private String topic() throws EnvelopeException {
        String topic = text("topic");
        try {
            Topics.checkId(topic);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
        return topic;
    }

    private Map<String, String> publisher() throws EnvelopeException {
        int count = uint8("names of the publisher");
        Map<String, String> disclosed = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            disclosed.put(shortText("name of the publisher"), text("value of the publisher"));
        }
        return disclosed;
    }

    private Audience audience() throws EnvelopeException {
        int filters = uint8("filters");
        Audience audience = Audience.ALL;
        int last = -1;
        for (int i = 0; i < filters; i++) {
            int kind = uint8("kind of a filter");
            if (kind > PUBLISHER_FILTER || kind <= last) {
                throw error("filter of kind " + kind + " (expected: 0-" + PUBLISHER_FILTER + ", increasing)");
            }
            last = kind;
            Set<String> excluded = names();
            int restricted = uint8("eligibility");
            if (restricted > 1 || (restricted == 0 && excluded.isEmpty())) {
                throw error("eligibility " + restricted + " (expected: 1, or 0 with excluded names)");
            }
            audience = restrict(audience, kind, excluded, restricted == 0 ? null : names());
        }
        return audience;
    }

    private Audience restrict(Audience audience, int kind, Set<String> excluded, @Nullable Set<String> eligible)
            throws EnvelopeException {
        switch (kind) {
            case 0 -> {
                Audience others = audience.exceptIds(excluded);
                return eligible == null ? others : others.onlyIds(eligible);
            }
            case 1 -> {
                Audience others = audience.exceptUsers(excluded);
                return eligible == null ? others : others.onlyUsers(eligible);
            }
            case 2 -> {
                Audience others = audience.exceptRoles(excluded);
                return eligible == null ? others : others.onlyRoles(eligible);
            }
            default -> {
                if (excluded.size() != 1 || eligible != null) {
                    throw error("filter of the publisher with " + excluded.size() + " names (expected: 1, excluded)");
                }
                return audience.withoutPublisher(excluded.iterator().next());
            }
        }
    }

    private Set<String> names() throws EnvelopeException {
        int count = uint16("number of names");
        List<String> names = new ArrayList<>(Math.min(count, in.remaining() / 2));
        for (int i = 0; i < count; i++) {
            names.add(text("name"));
        }
        return new HashSet<>(names);
    }

    private byte[] payload() throws EnvelopeException {
        require(4, "payload size");
        int size = in.getInt();
        if (size != in.remaining()) {
            throw error("payload size " + Integer.toUnsignedString(size) + " (expected: " + in.remaining() + ")");
        }
        byte[] payload = new byte[size];
        in.get(payload);
        return payload;
    }

    private String shortText(String what) throws EnvelopeException {
        return utf8(uint8("size of " + what), what);
    }

    private String text(String what) throws EnvelopeException {
        return utf8(uint16("size of " + what), what);
    }

    private String utf8(int size, String what) throws EnvelopeException {
        require(size, what);
        ByteBuffer part = in.slice().limit(size);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(part);
            in.position(in.position() + size);
            return text.toString();
        } catch (CharacterCodingException e) {
            throw error(what + " is not UTF-8");
        }
    }

    private int uint8(String what) throws EnvelopeException {
        require(1, what);
        return in.get() & 0xFF;
    }

    private int uint16(String what) throws EnvelopeException {
        require(2, what);
        return in.getShort() & 0xFFFF;
    }

    private long int64(String what) throws EnvelopeException {
        require(8, what);
        return in.getLong();
    }

    private void require(int size, String what) throws EnvelopeException {
        if (in.remaining() < size) {
            throw error("ends in " + what);
        }
    }

    private EnvelopeException error(String problem) {
        return new EnvelopeException("envelope, offset " + in.position() + ": " + problem);
    }
}
