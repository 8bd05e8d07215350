package dev.sprocket.cluster.spi;

import com.google.errorprone.annotations.Immutable;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Identity of a node.
 *
 * @param name name of the node, 1 to 255 characters of letters and digits of ASCII, {@code .}, {@code _} and {@code -}
 * @param incarnation random number of one start
 */
@Immutable
public record NodeId(String name, long incarnation) {
    /** Maximum length of a name, in characters. */
    public static final int MAX_NAME_LENGTH = 255;

    /** Throws {@link IllegalArgumentException} if the name is invalid. */
    public NodeId {
        if (name.length() > MAX_NAME_LENGTH || !name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "node name of " + name.length() + " characters (expected: 1-255 of A-Z a-z 0-9 . _ -)");
        }
    }

    /** Creates the identity of a node that starts. */
    public static NodeId start(String name) {
        return new NodeId(name, ThreadLocalRandom.current().nextLong());
    }

    @Override
    public String toString() {
        return name + "#" + Long.toHexString(incarnation);
    }
}
