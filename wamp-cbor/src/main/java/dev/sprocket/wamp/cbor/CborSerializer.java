package dev.sprocket.wamp.cbor;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.ValueReader;
import dev.sprocket.wamp.spi.ValueWriter;

/** CBOR serializer (RFC 8949). */
@ThreadSafe
public final class CborSerializer implements Serializer {
    /** Creates a serializer; called by {@link java.util.ServiceLoader}. */
    public CborSerializer() {}

    @Override
    public String name() {
        return "cbor";
    }

    @Override
    public int rawSocketId() {
        return 3;
    }

    @Override
    public boolean isBinary() {
        return true;
    }

    @Override
    public ValueReader reader(byte[] bytes, int from, int to) {
        return new CborReader(bytes, from, to);
    }

    @Override
    public ValueWriter writer() {
        return new CborWriter();
    }
}
