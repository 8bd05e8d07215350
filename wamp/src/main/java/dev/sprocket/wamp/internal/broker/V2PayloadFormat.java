package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.serializer.Serializers;
import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of WAMP v2 events between servers, in the serialization in which they were published.
 *
 * <p>Format: name of the serializer, list, and map; each is a length of 4 bytes and as many bytes. The length of a
 * missing list or map is -1. What is disclosed of the publisher is a part of the envelope: {@code session}, {@code
 * authid} and {@code authrole}.
 */
@ThreadSafe
public final class V2PayloadFormat implements Event.PayloadFormat {
    private static final int ABSENT = -1;

    /** Creates a format; called by {@link java.util.ServiceLoader}. */
    public V2PayloadFormat() {}

    @Override
    public String type() {
        return "wamp";
    }

    @Override
    public byte @Nullable [] write(Event.Payload payload) {
        if (!(payload instanceof V2Event event)) {
            return null;
        }
        CallArguments arguments = event.arguments();
        Serializer.Slice[] parts = {
            Serializer.Slice.of(arguments.serializer().name().getBytes(StandardCharsets.US_ASCII)),
            arguments.listSlice(),
            arguments.mapSlice()
        };
        int size = 0;
        for (Serializer.Slice part : parts) {
            size += Integer.BYTES + (part == null ? 0 : part.size());
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (Serializer.Slice part : parts) {
            if (part == null) {
                out.putInt(ABSENT);
            } else {
                out.putInt(part.size()).put(part.bytes(), part.from(), part.size());
            }
        }
        return out.array();
    }

    @Override
    public Event.Payload read(byte[] bytes, long publication, boolean retained, Map<String, String> publisher) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            Serializer.Slice name = required(next(in));
            String serializerName = new String(name.bytes(), name.from(), name.size(), StandardCharsets.US_ASCII);
            Serializer serializer = Serializers.byName(serializerName)
                    .orElseThrow(() -> new IllegalArgumentException("payload of an unknown serializer (expected: "
                            + Serializers.all().stream().map(Serializer::name).toList() + ")"));
            Serializer.Slice list = checked(serializer, next(in), Serializer.Reader.Token.LIST);
            Serializer.Slice map = checked(serializer, next(in), Serializer.Reader.Token.MAP);
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("payload with " + in.remaining() + " more bytes (expected: none)");
            }
            return new V2Event(
                    publication,
                    V2Event.publisherDetails(publisher),
                    retained ? V2Recipients.ALL_RETAINED : V2Recipients.ALL,
                    new CallArguments(serializer, list, map),
                    null);
        } catch (BufferUnderflowException | SerializationException e) {
            throw new IllegalArgumentException("payload of " + bytes.length + " bytes is malformed", e);
        }
    }

    private static Serializer.@Nullable Slice next(ByteBuffer in) {
        int size = in.getInt();
        if (size == ABSENT) {
            return null;
        }
        if (size < 0 || size > in.remaining()) {
            throw new BufferUnderflowException();
        }
        int from = in.position();
        in.position(from + size);
        return new Serializer.Slice(in.array(), from, from + size);
    }

    private static Serializer.Slice required(Serializer.@Nullable Slice slice) {
        if (slice == null) {
            throw new BufferUnderflowException();
        }
        return slice;
    }

    private static Serializer.@Nullable Slice checked(
            Serializer serializer, Serializer.@Nullable Slice slice, Serializer.Reader.Token type) {
        if (slice == null) {
            return null;
        }
        Serializer.Reader in = serializer.reader(slice.bytes(), slice.from(), slice.to());
        Serializer.Reader.Token token = in.next();
        if (token != type) {
            throw new IllegalArgumentException("payload without a " + type + " at " + slice.from());
        }
        for (int depth = 1; depth > 0; ) {
            token = in.next();
            depth += token == Serializer.Reader.Token.END ? -1 : isStart(token) ? 1 : 0;
        }
        in.expectEnd();
        return slice;
    }

    private static boolean isStart(Serializer.Reader.Token token) {
        return token == Serializer.Reader.Token.LIST || token == Serializer.Reader.Token.MAP;
    }
}
