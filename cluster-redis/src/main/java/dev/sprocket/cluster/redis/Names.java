package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.cluster.spi.NodeId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names of keys and channels.
 *
 * <p>Channels are the same in all databases of a Redis, so their names contain the database.
 */
@Immutable
final class Names {
    private final String keys;
    private final String channels;

    Names(String prefix, int database) {
        this.keys = prefix + ":";
        this.channels = prefix + ":" + database + ":";
    }

    /** Returns the keys of the log of a topic: the list and the state. */
    byte[][] log(String topic) {
        return new byte[][] {bytes(keys + "log:" + topic), state(topic)};
    }

    byte[] state(String topic) {
        return bytes(keys + "meta:" + topic);
    }

    String topicChannel(String topic) {
        return channels + "t:" + topic;
    }

    /** Returns the topic of a channel; null if it is another channel. */
    @Nullable
    String topicOf(String channel) {
        return channel.startsWith(channels + "t:") ? channel.substring(channels.length() + 2) : null;
    }

    String mailbox(String node) {
        return channels + "n:" + node;
    }

    String all() {
        return channels + "all";
    }

    String probe(NodeId node) {
        return channels + "p:" + node.name() + ":" + Long.toHexString(node.incarnation());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
