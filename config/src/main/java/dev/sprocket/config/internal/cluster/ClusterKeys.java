package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import java.util.Optional;

/** Keys of a cluster. */
@ThreadSafe
public final class ClusterKeys {
    public static final Option<Optional<FactoryRef>> ENGINE = Option.factory(
            "engine",
            "Engine that connects this server to others, which then share their topics (see Engine below);"
                    + " default: a single server");
    public static final Option<Optional<String>> NODE_NAME = Option.optionalString(
                    "node-name",
                    "Name of this server in a cluster, different from all others, of letters, digits, dots, hyphens"
                            + " and underscores; default: the host name and a random part")
            .checked(NodeNames::check);

    private ClusterKeys() {}
}
