package dev.sprocket.wamp.msgpack;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.spi.Serializer;

/** MessagePack serializer, version 5 of the format, which distinguishes text and bytes. */
@ThreadSafe
public final class MsgpackSerializer implements Serializer {
    /** Creates a serializer; called by {@link java.util.ServiceLoader}. */
    public MsgpackSerializer() {}

    @Override
    public String name() {
        return "msgpack";
    }

    @Override
    public int rawSocketId() {
        return 2;
    }

    @Override
    public boolean isBinary() {
        return true;
    }

    @Override
    public Serializer.Reader reader(byte[] bytes, int from, int to) {
        return new MsgpackReader(bytes, from, to);
    }

    @Override
    public Serializer.Writer writer() {
        return new MsgpackWriter();
    }
}
