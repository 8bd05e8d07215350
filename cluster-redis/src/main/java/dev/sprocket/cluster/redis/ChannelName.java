package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.Immutable;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Name of a channel for the client.
 *
 * <p>All names are equal. The client keeps a set of the channels of a connection, to subscribe to them again after a
 * reconnect. The engine does that itself, so the set would cost 150 bytes for each topic without a use; now it has one
 * element.
 */
@Immutable
final class ChannelName {
    /** Codec of connections with subscriptions. */
    static final RedisCodec<ChannelName, byte[]> CODEC = new RedisCodec<>() {
        @Override
        public ChannelName decodeKey(ByteBuffer bytes) {
            return new ChannelName(ByteArrayCodec.INSTANCE.decodeKey(bytes));
        }

        @Override
        public byte[] decodeValue(ByteBuffer bytes) {
            return ByteArrayCodec.INSTANCE.decodeValue(bytes);
        }

        @Override
        public ByteBuffer encodeKey(ChannelName name) {
            return ByteBuffer.wrap(name.bytes);
        }

        @Override
        public ByteBuffer encodeValue(byte[] value) {
            return ByteBuffer.wrap(value);
        }
    };

    @SuppressWarnings("Immutable") // not changed
    private final byte[] bytes;

    ChannelName(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns the name as text. */
    String text() {
        return Names.text(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChannelName;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return text();
    }
}
