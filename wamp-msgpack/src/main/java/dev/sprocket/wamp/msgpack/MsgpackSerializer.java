package dev.sprocket.wamp.msgpack;

import dev.sprocket.wamp.spi.Reader;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Writer;

/** MessagePack, in its version 5, which tells texts from bytes. Threads: any; keeps no state. */
public final class MsgpackSerializer implements Serializer {
    /** Made by {@link java.util.ServiceLoader}. */
    public MsgpackSerializer() {}

    @Override
    public String name() {
        return "msgpack";
    }

    @Override
    public int rawSocket() {
        return 2;
    }

    @Override
    public boolean isBinary() {
        return true;
    }

    @Override
    public Reader reader(byte[] bytes, int from, int to) {
        return new MsgpackReader(bytes, from, to);
    }

    @Override
    public Writer writer() {
        return new MsgpackWriter();
    }
}
