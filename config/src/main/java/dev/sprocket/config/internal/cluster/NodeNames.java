package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.NodeId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Names of nodes. */
@ThreadSafe
public final class NodeNames {
    private static final int MAX_HOST_LENGTH = 200;

    private NodeNames() {}

    /** Throws {@link IllegalArgumentException} if a configured name is invalid. */
    public static void check(Optional<String> name) {
        name.ifPresent(text -> {
            var unused = new NodeId(text, 0);
        });
    }

    /** Returns a new name: the name of this host and a random part. */
    static String random() {
        return of(host(), ThreadLocalRandom.current().nextInt());
    }

    static String of(String host, int random) {
        String text = host.replaceAll("[^A-Za-z0-9._-]", "-");
        String known = text.isEmpty() ? "node" : text.substring(0, Math.min(text.length(), MAX_HOST_LENGTH));
        return known + "-" + String.format(Locale.ROOT, "%08x", random);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
