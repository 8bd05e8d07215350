package dev.sprocket.wamp.cbor;

import dev.sprocket.wamp.spi.Reader;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Writer;

/** CBOR (RFC 8949). Threads: any; keeps no state. */
public final class CborSerializer implements Serializer {
    /** Made by {@link java.util.ServiceLoader}. */
    public CborSerializer() {}

    @Override
    public String name() {
        return "cbor";
    }

    @Override
    public int rawSocket() {
        return 3;
    }

    @Override
    public boolean isBinary() {
        return true;
    }

    @Override
    public Reader reader(byte[] bytes, int from, int to) {
        return new CborReader(bytes, from, to);
    }

    @Override
    public Writer writer() {
        return new CborWriter();
    }
}
