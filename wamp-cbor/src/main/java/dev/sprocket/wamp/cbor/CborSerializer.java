package dev.sprocket.wamp.cbor;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.spi.Serializer;

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
    public Serializer.Reader reader(byte[] bytes, int from, int to) {
        return new CborReader(bytes, from, to);
    }

    @Override
    public Serializer.Writer writer() {
        return new CborWriter();
    }
}
