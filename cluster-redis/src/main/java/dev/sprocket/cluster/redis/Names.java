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

    /** Returns the keys of the retained events: both hashes, names, ends and sums. */
    byte[][] retained() {
        String key = keys + "retained:";
        return new byte[][] {
            bytes(key + "all"), bytes(key + "some"), bytes(key + "names"), bytes(key + "ends"), bytes(key + "sums")
        };
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

    /** Returns the channel by which nodes tell others that Sentinel names another primary. */
    String moved() {
        return channels + "moved";
    }

    String all() {
        return channels + "all";
    }

    String probe(NodeId node) {
        return channels + "p:" + node.name() + ":" + Long.toHexString(node.incarnation());
    }

    /** Returns the key of the lease of a name. */
    byte[] lease(NodeId node) {
        return bytes(keys + "node:" + node.name());
    }

    /** Returns the begin of the keys of leases. */
    byte[] leases() {
        return bytes(keys + "node:");
    }

    /** Returns the key of what a node owns. */
    byte[] owned(NodeId node) {
        return bytes(keys + "own:" + full(node));
    }

    /** Returns the begin of the keys of what nodes own. */
    byte[] ownedBegin() {
        return bytes(keys + "own:");
    }

    /** Returns the key of the set of all nodes. */
    byte[] nodes() {
        return bytes(keys + "nodes");
    }

    static String incarnation(NodeId node) {
        return Long.toHexString(node.incarnation());
    }

    /** Returns name and incarnation of a node. */
    static String full(NodeId node) {
        return node.name() + "#" + incarnation(node);
    }

    static NodeId node(String full) {
        int separator = full.indexOf('#');
        return new NodeId(full.substring(0, separator), Long.parseUnsignedLong(full.substring(separator + 1), 16));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
