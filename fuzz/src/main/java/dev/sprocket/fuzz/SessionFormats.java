package dev.sprocket.fuzz;

import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import dev.sprocket.session.spi.WritableCodec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What holds for each format of sessions. */
final class SessionFormats {
    private SessionFormats() {}

    /** Whatever it is given is a session or an error; and a session that is written is the same when it is read. */
    static void check(WritableCodec codec, byte[] stored) {
        try {
            var session = codec.decode(stored);
            byte[] written = codec.encode(session);
            if (!sameAgain(codec, session, written)) {
                throw new AssertionError("another session than was written");
            }
        } catch (SessionFormatException e) {
            // it is malformed; or it has what is read and not written, such as names that are numbers
        }
    }

    private static boolean sameAgain(WritableCodec codec, Map<String, ?> session, byte[] written) {
        try {
            var read = codec.decode(written);
            return same(session, read) && Arrays.equals(written, codec.encode(read));
        } catch (SessionFormatException e) {
            throw new AssertionError("what was written cannot be read", e);
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
                    && object.form() == another.form()
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
