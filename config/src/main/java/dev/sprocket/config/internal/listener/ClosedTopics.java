package dev.sprocket.config.internal.listener;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.config.internal.access.AccessKeys;
import dev.sprocket.config.internal.schema.ConfigSchema;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Warns of topics that no client can read, for want of logins and rules. */
@ThreadSafe
public final class ClosedTopics {
    private static final Set<String> READERS = Set.of("pubsub", "events");
    private static final Set<String> LOGINS = Set.of("basic-auth", "bearer-auth", "session", "certificate-auth");
    private static final Set<String> OWN_ACCESS = Set.of("users", "private-topics");

    private ClosedTopics() {}

    /** Adds a warning with the line to write, if the file needs it. */
    public static void warn(Settings server, ConfigErrors problems) {
        if (server.isSet(AccessKeys.TOPICS) || server.isSet(AccessKeys.DEFAULT_ACCESS)) {
            return;
        }
        List<FactoryRef> readers = new ArrayList<>();
        for (Settings listener : server.get(ConfigSchema.LISTENERS).values()) {
            List<FactoryRef> outer = listener.get(ConfigSchema.LAYERS);
            if (hasLogin(outer)) {
                continue;
            }
            listener.get(ConfigSchema.COMPONENT).ifPresent(readers::add);
            for (Settings route : listener.get(ConfigSchema.ROUTES)) {
                if (!hasLogin(route.get(ConfigSchema.LAYERS))) {
                    route.get(ConfigSchema.COMPONENT).ifPresent(readers::add);
                }
            }
        }
        readers.stream()
                .filter(reader -> READERS.contains(reader.name()))
                .findFirst()
                .ifPresent(reader -> problems.warn(
                        reader.origin(),
                        "component " + reader.name() + ": clients cannot log in here, and no rule lets others subscribe"
                                + " (write topics { \"*\" { subscribe = anyone } })"));
    }

    private static boolean hasLogin(List<FactoryRef> layers) {
        return layers.stream()
                .anyMatch(layer -> LOGINS.contains(layer.name())
                        || (layer.name().equals("wamp")
                                && layer.settings().keySet().stream().anyMatch(OWN_ACCESS::contains)));
    }
}
