package dev.sprocket.fuzz;

import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Properties of all session formats. */
final class SessionFormats {
    private SessionFormats() {}

    /** Checks that input decodes or is rejected, and that a decoded session survives encoding unchanged. */
    static void check(SessionCodec.Writable codec, byte[] stored) {
        try {
            var session = codec.decode(stored);
            byte[] written = codec.encode(session);
            if (!survivesRoundTrip(codec, session, written)) {
                throw new AssertionError("session changed by encoding and decoding");
            }
        } catch (SessionFormatException e) {
            // malformed, or readable but not writable, such as names that are numbers
        }
    }

    private static boolean survivesRoundTrip(SessionCodec.Writable codec, Map<String, ?> session, byte[] written) {
        try {
            var read = codec.decode(written);
            return same(session, read) && Arrays.equals(written, codec.encode(read));
        } catch (SessionFormatException e) {
            throw new AssertionError("cannot decode an encoded session", e);
        }
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> another) {
            return List.copyOf(map.keySet()).equals(List.copyOf(another.keySet()))
                    && same(map.values().iterator(), another.values().iterator());
        }
        if (one instanceof List<?> list && other instanceof List<?> another) {
            return same(list.iterator(), another.iterator());
        }
        if (one instanceof SessionObject object && other instanceof SessionObject another) {
            return object.type().equals(another.type())
                    && object.kind() == another.kind()
                    && same(object.fields(), another.fields());
        }
        return Objects.deepEquals(one, other);
    }

    private static boolean same(Iterator<?> one, Iterator<?> other) {
        while (one.hasNext() && other.hasNext()) {
            if (!same(one.next(), other.next())) {
                return false;
            }
        }
        return one.hasNext() == other.hasNext();
    }
}
